"""Addresses of the evaluations pages."""

from django.urls import URLPattern, path

from . import views

app_name = "evaluations"
urlpatterns: list[URLPattern] = [
    path("evaluations/", views.evaluation_list, name="list"),
    path("evaluations/<slug:slug>/", views.evaluation_detail, name="detail"),
    path(
        "evaluations/<slug:slug>/etude-evenement.csv", views.event_study_csv, name="event_study_csv"
    ),
    path("evaluations/<slug:slug>/panel.csv", views.panel_csv, name="panel_csv"),
    path("evaluations/<slug:slug>/resultat.json", views.result_json, name="result_json"),
]
