"""Plans frozen before results, and the runs that answered them."""

from typing import Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jalon.interventions.models import Programme

from .enums import Registration, Verdict


class EvaluationPlanQuerySet(models.QuerySet["EvaluationPlan"]):
    """The vocabulary used to select plans."""

    def current(self) -> Self:
        """Keep the plans that no later plan replaces."""
        return self.filter(successor=None)

    def of_pair(self, programme: Programme, indicator: str) -> Self:
        """Keep every plan ever registered on a programme and an indicator."""
        return self.filter(programme=programme, indicator=indicator)


class EvaluationPlan(models.Model):
    """One row = one question and the way it will be answered, frozen and never modified.

    A later change makes a new version that names its ancestor. `content` is the plan as declared;
    `sha256` is the fingerprint of its canonical form and gives the change away.
    """

    name = models.SlugField(_("nom"), max_length=100)
    version = models.PositiveSmallIntegerField(_("version"))
    slug = models.SlugField(_("identifiant"), max_length=120, unique=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="plans")
    indicator = models.SlugField(_("indicateur"))
    content = models.JSONField(_("plan"))
    sha256 = models.CharField(_("empreinte"), max_length=64)
    frozen_at = models.DateTimeField(_("figé le"))
    registration = models.CharField(_("enregistrement"), max_length=13, choices=Registration)
    ancestor = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="successor"
    )

    objects = EvaluationPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan d’évaluation")
        verbose_name_plural = _("plans d’évaluation")
        ordering = ["programme", "indicator", "slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "version"],
                name="evaluationplan_version_unique",
                violation_error_message=_("Cette version du plan est déjà enregistrée."),
            ),
            models.CheckConstraint(
                condition=Q(version=1) ^ Q(ancestor__isnull=False),
                name="evaluationplan_first_version_has_no_ancestor",
                violation_error_message=_("Une nouvelle version nomme celle qu’elle remplace."),
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("evaluations:detail", args=[self.slug])


class EvaluationRunQuerySet(models.QuerySet["EvaluationRun"]):
    """The vocabulary used to select results."""

    def latest_of_each_plan(self) -> Self:
        """Keep, for each plan, the result computed or confirmed last."""
        same_plan = EvaluationRun.objects.filter(plan=OuterRef("plan"))
        return self.filter(pk=Subquery(same_plan.order_by("-confirmed_at", "-pk").values("pk")[:1]))

    def of_current_plans(self) -> Self:
        """Keep the results of the plans that no later plan replaces."""
        return self.filter(plan__successor=None)


class EvaluationRun(models.Model):
    """One row = the answer to a plan, with the fingerprints of all that made it.

    `data_sha256` is that of the panel; `context_sha256` of what the verdict depends on beside it
    (days of entry, those set apart, why nothing could be read). `confirmed_at` is the last time
    that the same inputs gave this answer: the latest is the one published.
    """

    plan = models.ForeignKey(EvaluationPlan, on_delete=models.PROTECT, related_name="runs")
    ran_at = models.DateTimeField(_("calculée le"))
    confirmed_at = models.DateTimeField(_("confirmée le"))
    data_sha256 = models.CharField(_("empreinte des données"), max_length=64)
    context_sha256 = models.CharField(_("empreinte du contexte"), max_length=64)
    code_sha256 = models.CharField(_("empreinte du code"), max_length=64)
    verdict = models.CharField(_("verdict"), max_length=13, choices=Verdict)
    sentence = models.TextField(_("en une phrase"))
    reason = models.TextField(_("raison"))
    rule_version = models.CharField(_("version de la règle"), max_length=20)
    n_treated = models.PositiveIntegerField(_("territoires traités"))
    n_controls = models.PositiveIntegerField(_("territoires de comparaison"))
    n_clusters = models.PositiveIntegerField(_("grappes"))
    result = models.JSONField(_("résultat du calcul"))

    objects = EvaluationRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("résultat d’évaluation")
        verbose_name_plural = _("résultats d’évaluation")
        get_latest_by = "confirmed_at"
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "data_sha256", "context_sha256", "code_sha256"],
                name="evaluationrun_unique",
                violation_error_message=_("Ce calcul a déjà été publié à l’identique."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.verdict}"
