"""Registration of a plan, and the verdicts a rule may give."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Registration(TextChoices):
    """Whether the plan was frozen before its last outcome could be known."""

    PROSPECTIVE = "PROSPECTIVE", _("confirmatoire : écrit avant la publication des chiffres")
    RETROSPECTIVE = "RETROSPECTIVE", _("exploratoire : écrit après la publication des chiffres")


class Verdict(TextChoices):
    """What may be said of an effect. Refusing to conclude is a result."""

    FAVOURABLE = "FAVOURABLE", _("effet favorable démontré")
    UNFAVOURABLE = "UNFAVOURABLE", _("effet défavorable démontré")
    NOT_DETECTED = "NOT_DETECTED", _("pas d’effet détecté")
    INCONCLUSIVE = "INCONCLUSIVE", _("non concluant")
    NOT_EVALUABLE = "NOT_EVALUABLE", _("non évaluable")
