"""Addresses of the map; `portal/urls.py` includes them under its own namespace."""

from django.urls import URLPattern, path, re_path

from . import views
from .tiles import tiles

urlpatterns: list[URLPattern] = [
    path("carte/", views.map_page, name="map"),
    path("carte/valeurs/", views.values, name="map_values"),
    path("carte/lieux/", views.places, name="map_places"),
    re_path(
        r"^carte/export\.(?P<extension>csv|geojson|parquet|svg)$", views.export, name="map_export"
    ),
    path("tuiles/<slug:name>.pmtiles", tiles, name="tiles"),
]
