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


class EventKind(TextChoices):
    """What happened to communes on a day: the modalities of INSEE's movements."""

    RENAMED = "RENAMED", _("changement de nom")
    CREATED = "CREATED", _("création")
    REESTABLISHED = "REESTABLISHED", _("rétablissement")
    SUPPRESSED = "SUPPRESSED", _("suppression")
    MERGED = "MERGED", _("fusion")
    NEW_COMMUNE = "NEW_COMMUNE", _("commune nouvelle")
    ASSOCIATED = "ASSOCIATED", _("fusion avec commune associée")
    ASSOCIATION_ENDED = "ASSOCIATION_ENDED", _("fin de commune associée")
    DELEGATION_ENDED = "DELEGATION_ENDED", _("fin de commune déléguée")
    DEPARTEMENT_CHANGED = "DEPARTEMENT_CHANGED", _("changement de département")
    SEAT_MOVED = "SEAT_MOVED", _("transfert de chef-lieu")
    ASSOCIATED_BECAME_DELEGATED = (
        "ASSOCIATED_BECAME_DELEGATED",
        _("commune associée devenue déléguée"),
    )
    DELEGATED_REESTABLISHED = "DELEGATED_REESTABLISHED", _("rétablissement de commune déléguée")
    OTHER = "OTHER", _("autre événement")


class PlaceStatus(TextChoices):
    """What a place of an event is; the codes are INSEE's, empty for what came from abroad."""

    COMMUNE = "COM", _("commune")
    DELEGUEE = "COMD", _("commune déléguée")
    ASSOCIEE = "COMA", _("commune associée")
    ARRONDISSEMENT = "ARM", _("arrondissement municipal")
