"""Programmes, interventions, and the territories they touch."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jalon.territories.models import Territory

from .enums import CoverageRole, DateKind, Mode


class Programme(models.Model):
    """One row = a national frame of action, defined by a ministry or the agency.

    It lives beside Intervention (ADR 0001): the common core must know its frame, and what is done
    *with* a programme (lists, cohorts, pages) lives above, in `jalon.programmes`.
    """

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("nom"), max_length=120)
    purpose = models.TextField(_("à quoi il sert"))
    mode = models.CharField(_("mode d’action"), max_length=12, choices=Mode)
    domains = models.JSONField(_("domaines prioritaires"), default=list)
    owner = models.CharField(_("porteur"), max_length=200)
    started_on = models.DateField(_("lancé le"), null=True)
    ended_on = models.DateField(_("achevé le"), null=True)
    date_kind = models.CharField(_("nature des dates d’entrée"), max_length=12, choices=DateKind)
    source_slug = models.SlugField(_("source"))
    order = models.PositiveSmallIntegerField(_("ordre d’affichage"))

    class Meta:
        verbose_name = _("programme")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("portal:programme", args=[self.code])


class InterventionQuerySet(models.QuerySet["Intervention"]):
    """The vocabulary used to select interventions."""

    def of_programme(self, code: str) -> Self:
        """Keep one programme."""
        return self.filter(programme__code=code)

    def touching(self, territories: "models.QuerySet[Territory] | list[Territory]") -> Self:
        """Keep those whose coverage names one of these territories."""
        return self.filter(coverages__territory__in=territories).distinct()


class Intervention(models.Model):
    """One row = one of the three modes at work on a set of territories, from a date to a date."""

    mode = models.CharField(_("mode"), max_length=12, choices=Mode)
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, related_name="interventions"
    )
    code = models.CharField(_("identifiant dans la liste officielle"), max_length=80)
    name = models.TextField(_("nom"))
    started_on = models.DateField(_("depuis"), null=True)
    ended_on = models.DateField(_("jusqu’à"), null=True)

    objects = InterventionQuerySet.as_manager()

    class Meta:
        verbose_name = _("intervention")
        ordering = ["programme", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="intervention_code_unique",
                violation_error_message=_("Cet identifiant est déjà pris dans ce programme."),
            ),
            models.CheckConstraint(
                condition=Q(mode=Mode.PROGRAMME, programme__isnull=False) | ~Q(mode=Mode.PROGRAMME),
                name="intervention_programme_named",
                violation_error_message=_("Une intervention de programme nomme son programme."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(started_on=None) | Q(ended_on__gte=F("started_on")),
                name="intervention_dates_in_order",
                violation_error_message=_("Une intervention s’achève après avoir commencé."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CoverageQuerySet(models.QuerySet["Coverage"]):
    """The vocabulary used to select the places of territories in interventions."""

    def of_programme(self, code: str) -> Self:
        """Keep one programme."""
        return self.filter(intervention__programme__code=code)

    def on(self, territories: "models.QuerySet[Territory] | list[Territory]") -> Self:
        """Keep what touches one of these territories."""
        return self.filter(territory__in=territories)

    def dated(self) -> Self:
        """Keep the territories whose day of entry is known."""
        return self.filter(started_on__isnull=False)


class Coverage(models.Model):
    """One row = one territory's place in an intervention: its role and its dates.

    `declared_codes` keeps the codes as the official list gave them, so that a commune merged since
    then is never confused with one that was chosen as it stands today.
    """

    intervention = models.ForeignKey(
        Intervention, on_delete=models.CASCADE, related_name="coverages"
    )
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="coverages")
    role = models.CharField(_("rôle"), max_length=12, choices=CoverageRole)
    declared_codes = models.JSONField(_("codes déclarés"), default=list)
    started_on = models.DateField(_("depuis"), null=True)
    ended_on = models.DateField(_("jusqu’à"), null=True)

    objects = CoverageQuerySet.as_manager()

    class Meta:
        verbose_name = _("territoire d’une intervention")
        constraints = [
            models.UniqueConstraint(
                fields=["intervention", "territory", "role"],
                name="coverage_unique",
                violation_error_message=_("Ce territoire a déjà ce rôle dans l’intervention."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(started_on=None) | Q(ended_on__gte=F("started_on")),
                name="coverage_dates_in_order",
                violation_error_message=_("Un territoire sort après être entré."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.territory_id} {self.role} {self.intervention_id}"
