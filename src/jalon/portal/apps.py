"""Application « Portail »."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "jalon.portal"
    verbose_name = _("Portail")
