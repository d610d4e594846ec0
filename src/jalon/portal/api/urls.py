"""Addresses of the API: every view read-only and open to all sites; its documentation page."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext as _
from django.views.generic import RedirectView

from .answering import public_read
from .assembly import api
from .docs_views import documentation
from .problems import problem


def unknown(_request: HttpRequest) -> HttpResponse:
    """Answer 404 to an address of the API that does not exist."""
    return problem(404, _("Cette adresse n’existe pas ; elles sont toutes dans /api/v1/docs."))


app_name = "api"  # the namespace that the framework itself reverses
_routes = api.urls[0]
_pages = [
    path("", RedirectView.as_view(pattern_name="api:documentation"), name="root"),
    path("docs", documentation, name="documentation"),
]
_answers = [pattern for pattern in _routes if isinstance(pattern, URLPattern)]
_answers.append(re_path("", unknown, name="unknown"))
for _pattern in _answers:
    _pattern.callback = public_read(_pattern.callback)
urlpatterns = [*_pages, *_answers]
