"""Addresses of the portal pages."""

from django.urls import URLPattern, URLResolver, include, path

from .views import (
    about,
    comparables,
    compare,
    history,
    home,
    indicators,
    programme,
    search,
    sources,
    territory,
    territory_figures,
)

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("recherche/", search.search, name="search"),
    path("recherche/suggestions/", search.suggestions, name="suggestions"),
    path("territoires/<slug:kind>/<str:code>/", territory.territory, name="territory"),
    path("territoires/commune/<str:code>/histoire/", history.history, name="history"),
    path(
        "territoires/<slug:kind>/<str:code>/comparables/",
        comparables.comparables,
        name="comparables",
    ),
    path("comparer/", compare.compare, name="compare"),
    path("comparer/export.csv", compare.compare_csv, name="compare_csv"),
    path("comparer/pdf/", compare.compare_pdf, name="compare_pdf"),
    path("territoires/<slug:kind>/<str:code>/chiffres/", territory_figures.figures, name="figures"),
    path("programmes/", programme.programmes, name="programmes"),
    path("programmes/<slug:code>/", programme.programme, name="programme"),
    path("programmes/<slug:code>/territoires.csv", programme.members_csv, name="programme_csv"),
    path("indicateurs/", indicators.indicators, name="indicators"),
    path("indicateurs/<slug:code>/", indicators.indicator, name="indicator"),
    path("donnees/", sources.sources, name="sources"),
    path("donnees/<slug:slug>/", sources.source, name="source"),
    path("", include("jalon.portal.map.urls")),
    path("accessibilite/", about.accessibility, name="accessibility"),
    path("mentions-legales/", about.legal, name="legal"),
]
