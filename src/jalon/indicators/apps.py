"""Application « Indicateurs »."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    name = "jalon.indicators"
    verbose_name = _("Indicateurs")
