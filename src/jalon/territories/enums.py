"""Kinds of territory."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TerritoryKind(TextChoices):
    """What a territory is, from the smallest to the whole country."""

    QPV = "QPV", _("quartier prioritaire")
    ARRONDISSEMENT_MUNICIPAL = "ARRONDISSEMENT_MUNICIPAL", _("arrondissement municipal")
    COMMUNE_DELEGUEE = "COMMUNE_DELEGUEE", _("commune déléguée ou associée")
    COMMUNE = "COMMUNE", _("commune")
    EPCI = "EPCI", _("intercommunalité")
    GROUPEMENT = "GROUPEMENT", _("autre groupement")
    BASSIN_DE_VIE = "BASSIN_DE_VIE", _("bassin de vie")
    UNITE_URBAINE = "UNITE_URBAINE", _("unité urbaine")
    AAV = "AAV", _("aire d’attraction d’une ville")
    ZONE_EMPLOI = "ZONE_EMPLOI", _("zone d’emploi")
    DEPARTEMENT = "DEPARTEMENT", _("département")
    REGION = "REGION", _("région")
    COLLECTIVITE_OUTRE_MER = "COLLECTIVITE_OUTRE_MER", _("collectivité d’outre-mer")
    FRANCE = "FRANCE", _("France")


# Smaller than a commune: found through it, and without figures of their own.
INSIDE_A_COMMUNE = (
    TerritoryKind.QPV,
    TerritoryKind.ARRONDISSEMENT_MUNICIPAL,
    TerritoryKind.COMMUNE_DELEGUEE,
)
# Drawn by INSEE to study the country: they decide nothing, and cut across départements.
STUDY_ZONES = (
    TerritoryKind.BASSIN_DE_VIE,
    TerritoryKind.UNITE_URBAINE,
    TerritoryKind.AAV,
    TerritoryKind.ZONE_EMPLOI,
)


class Zone(TextChoices):
    """Where a territory lies, as the official list of communes says it."""

    METRO = "metro", _("France hexagonale et Corse")
    DROM = "drom", _("départements et régions d’outre-mer")
    COM = "com", _("collectivités d’outre-mer")
