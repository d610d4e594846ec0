"""Every address of the site, domain by domain."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("jalon.portal.api.urls")),
    path("", include("jalon.portal.urls")),
    path("", include("jalon.evaluations.urls")),
]

handler500 = "jalon.core.views.server_error"
