"""Addresses of the map; `portal/urls.py` includes them under its own namespace."""

from django.urls import URLPattern, path, re_path

from . import map_views
from .tiles_views import tiles

urlpatterns: list[URLPattern] = [
    path("carte/", map_views.map_page, name="map"),
    path("carte/valeurs/", map_views.values, name="map_values"),
    path("carte/lieux/", map_views.places, name="map_places"),
    re_path(r"^carte/export\.(?P<extension>csv|geojson|svg)$", map_views.export, name="map_export"),
    path("tuiles/<slug:name>.pmtiles", tiles, name="tiles"),
]
