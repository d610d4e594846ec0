"""What was imported into the register, from where and when."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class SourceImportQuerySet(models.QuerySet["SourceImport"]):
    """The vocabulary used to select imports."""

    def are_simulated(self) -> bool:
        """Say whether this register holds the simulated scenario (it is then all simulated)."""
        return self.filter(is_simulated=True).exists()

    def unlike(self, *, is_simulated: bool) -> Self:
        """Keep the imports that simulated data (or real ones) may not join."""
        return self.exclude(is_simulated=is_simulated)


class SourceImport(models.Model):
    """One row = the last accepted import of one source into the register.

    `country` is the fingerprint of the territories that its codes were carried to; `read_live_at`
    the last time when its official file was downloaded and accepted, null when it never was.
    Source: the file itself, known by its sha256.
    """

    slug = models.SlugField(_("source"), unique=True)
    sha256 = models.CharField(_("empreinte du fichier"), max_length=64)
    reader = models.CharField(_("version du lecteur"), max_length=40)
    country = models.CharField(_("empreinte des territoires"), max_length=64)
    vintage = models.CharField(_("millésime"), max_length=40)
    origin = models.CharField(_("origine"), max_length=500)
    imported_at = models.DateTimeField(_("importée le"))
    read_live_at = models.DateTimeField(_("fichier officiel lu en direct le"), null=True)
    is_simulated = models.BooleanField(_("simulée"), default=False)
    n_rows = models.PositiveIntegerField(_("lignes retenues"))
    n_set_apart = models.PositiveIntegerField(_("lignes mises à part"), default=0)
    report = models.JSONField(_("rapport de validation"), default=dict)

    objects = SourceImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import d’une source")
        verbose_name_plural = _("imports de sources")

    def __str__(self) -> str:
        return self.slug


class SourceRefusal(models.Model):
    """One row = the last file of a source that was refused, until one is accepted.

    What was imported before stays as it was.
    """

    slug = models.SlugField(_("source"), unique=True)
    sha256 = models.CharField(_("empreinte du fichier"), max_length=64)
    refused_at = models.DateTimeField(_("refusée le"))
    message = models.TextField(_("pourquoi"))
    report = models.JSONField(_("rapport de validation"), default=dict)

    class Meta:
        verbose_name = _("refus d’une source")
        verbose_name_plural = _("refus de sources")

    def __str__(self) -> str:
        return self.slug
