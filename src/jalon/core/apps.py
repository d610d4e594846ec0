"""Application « Socle »."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "jalon.core"
    verbose_name = _("Socle")
