"""Modes of action, roles of a territory, and how an intervention is dated."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Mode(TextChoices):
    """The agency's three modes of action."""

    PROGRAMME = "PROGRAMME", _("programme national d’appui")
    CONTRACT = "CONTRACT", _("contrat de territoire")
    BESPOKE = "BESPOKE", _("appui sur mesure")


class PriorityDomain(TextChoices):
    """The three priority domains of the agency's roadmap (2020)."""

    RURAL = "RURAL", _("ruralités")
    URBAN = "URBAN", _("politique de la ville")
    DIGITAL = "DIGITAL", _("numérique")


class CoverageRole(TextChoices):
    """Three relations to a territory that are never confused."""

    COVERED = "COVERED", _("couvert")
    SIGNATORY = "SIGNATORY", _("signataire")
    BENEFICIARY = "BENEFICIARY", _("bénéficiaire")


class DateKind(TextChoices):
    """What the date of entry of a territory is, in the official list."""

    SIGNED = "SIGNED", _("signature de la convention")
    LABELLED = "LABELLED", _("labellisation")
    ANNOUNCED = "ANNOUNCED", _("annonce")
    UNDATED = "UNDATED", _("non datée par la liste officielle")
