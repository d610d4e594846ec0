"""Kinds of territory."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TerritoryKind(TextChoices):
    """What a territory is, from the smallest to the whole country."""

    COMMUNE_DELEGUEE = "COMMUNE_DELEGUEE", _("commune déléguée")
    ARRONDISSEMENT_MUNICIPAL = "ARRONDISSEMENT_MUNICIPAL", _("arrondissement municipal")
    COMMUNE = "COMMUNE", _("commune")
    EPCI = "EPCI", _("intercommunalité")
    GROUPEMENT = "GROUPEMENT", _("autre groupement")
    DEPARTEMENT = "DEPARTEMENT", _("département")
    REGION = "REGION", _("région")
    COLLECTIVITE_OUTRE_MER = "COLLECTIVITE_OUTRE_MER", _("collectivité d’outre-mer")
    FRANCE = "FRANCE", _("France")


class Zone(TextChoices):
    """Where a territory lies, as the official list of communes says it."""

    METRO = "metro", _("France hexagonale et Corse")
    DROM = "drom", _("départements et régions d’outre-mer")
    COM = "com", _("collectivités d’outre-mer")
