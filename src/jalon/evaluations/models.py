"""Plans frozen before results, and the runs that answered them."""

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jalon.interventions.models import Programme

from .enums import Registration, Verdict


class EvaluationPlanQuerySet(models.QuerySet["EvaluationPlan"]):
    """The vocabulary used to select plans."""

    def current(self) -> Self:
        """Keep the plans that no later plan replaces."""
        return self.filter(successors=None)


class EvaluationPlan(models.Model):
    """One row = one question and the way it will be answered, frozen and never modified.

    A later change makes a new plan that names its ancestor.
    """

    slug = models.SlugField(_("identifiant"), max_length=120, unique=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="plans")
    indicator = models.SlugField(_("indicateur"))
    content = models.JSONField(_("plan"))
    sha256 = models.CharField(_("empreinte"), max_length=64, unique=True)
    frozen_at = models.DateTimeField(_("figé le"))
    registration = models.CharField(_("enregistrement"), max_length=13, choices=Registration)
    ancestor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="successors"
    )

    objects = EvaluationPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan d’évaluation")
        ordering = ["programme", "indicator", "slug"]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("evaluations:detail", args=[self.slug])


class EvaluationRun(models.Model):
    """One row = the published answer to a plan, with the fingerprints of all that made it."""

    plan = models.ForeignKey(EvaluationPlan, on_delete=models.PROTECT, related_name="runs")
    ran_at = models.DateTimeField(_("calculée le"))
    data_sha256 = models.CharField(_("empreinte des données"), max_length=64)
    code_sha256 = models.CharField(_("empreinte du code"), max_length=64)
    verdict = models.CharField(_("verdict"), max_length=13, choices=Verdict)
    reason = models.TextField(_("raison"))
    rule_version = models.CharField(_("version de la règle"), max_length=20)
    n_treated = models.PositiveIntegerField(_("territoires traités"))
    n_controls = models.PositiveIntegerField(_("territoires de comparaison"))
    n_clusters = models.PositiveIntegerField(_("grappes"))
    result = models.JSONField(_("résultat du calcul"))

    class Meta:
        verbose_name = _("résultat d’évaluation")
        get_latest_by = "ran_at"
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "data_sha256", "code_sha256"],
                name="evaluationrun_unique",
                violation_error_message=_("Ce calcul a déjà été publié à l’identique."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.verdict}"
