"""What a card of the catalogue may say of an indicator."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Aggregation(TextChoices):
    """How the figure of a larger territory is made from those of the smaller ones."""

    SUM = "SUM", _("somme")
    RATIO = "RATIO", _("rapport des sommes")
    WEIGHTED_MEAN = "WEIGHTED_MEAN", _("moyenne pondérée par la population")
    NONE = "NONE", _("aucune : publié à ses seules mailles")


class Grain(TextChoices):
    """The territories by which an indicator may be given."""

    COMMUNE = "COMMUNE", _("commune")
    EPCI = "EPCI", _("intercommunalité")
    ZONE_EMPLOI = "ZONE_EMPLOI", _("zone d’emploi")
    BASSIN_DE_VIE = "BASSIN_DE_VIE", _("bassin de vie")
    AAV = "AAV", _("aire d’attraction des villes")
    UNITE_URBAINE = "UNITE_URBAINE", _("unité urbaine")
    QPV = "QPV", _("quartier prioritaire")
    DEPARTEMENT = "DEPARTEMENT", _("département")
    REGION = "REGION", _("région")
    FRANCE = "FRANCE", _("France")


class Frequency(TextChoices):
    """How often new figures come."""

    MONTHLY = "MONTHLY", _("tous les mois ou tous les trimestres")
    YEARLY = "YEARLY", _("tous les ans")
    PER_ROUND = "PER_ROUND", _("à chaque scrutin")
    CLOSED = "CLOSED", _("série close : aucune mise à jour attendue")


class Direction(TextChoices):
    """Which way the indicator moves when things get better."""

    UP = "UP", _("une hausse est favorable")
    DOWN = "DOWN", _("une baisse est favorable")
    NEUTRAL = "NEUTRAL", _("ni la hausse ni la baisse n’est favorable en soi")


class ObservationDay(TextChoices):
    """On which day of its period an indicator is observed."""

    FIRST_OF_JANUARY = "FIRST_OF_JANUARY", _("1er janvier")
    LAST_OF_DECEMBER = "LAST_OF_DECEMBER", _("31 décembre")
    DURING_YEAR = "DURING_YEAR", _("dans l’année ; le dernier relevé de l’année fait foi")
    DECLARED = "DECLARED", _("jour du scrutin")
