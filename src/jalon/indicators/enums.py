"""What a card of the catalogue may say of an indicator."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Aggregation(TextChoices):
    """How the figure of a larger territory is made from its communes."""

    SUM = "SUM", _("somme des communes")
    RATIO = "RATIO", _("rapport des sommes des communes")


class Direction(TextChoices):
    """Which way the indicator moves when things get better."""

    UP = "UP", _("une hausse est favorable")
    DOWN = "DOWN", _("une baisse est favorable")
    NEUTRAL = "NEUTRAL", _("ni la hausse ni la baisse n’est favorable en soi")


class ObservationDay(TextChoices):
    """On which day of its period an indicator is observed."""

    FIRST_OF_JANUARY = "FIRST_OF_JANUARY", _("1er janvier")
    LAST_OF_DECEMBER = "LAST_OF_DECEMBER", _("31 décembre")
    DECLARED = "DECLARED", _("jour du scrutin")
