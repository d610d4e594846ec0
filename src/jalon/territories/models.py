"""Territories, their parents, former codes, events, and the keys they are searched by."""

from typing import Any, Self

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .enums import EventKind, PlaceStatus, TerritoryKind, Zone


class TerritoryQuerySet(models.QuerySet["Territory"]):
    """The vocabulary used to select territories."""

    def of_kind(self, kind: TerritoryKind) -> Self:
        """Keep one kind."""
        return self.filter(kind=kind)

    def current(self) -> Self:
        """Keep what exists today."""
        return self.filter(valid_to=None)

    def containing(self, territory: "Territory") -> Self:
        """Keep the territories that this one belongs to today."""
        return self.filter(
            memberships_as_parent__child=territory, memberships_as_parent__valid_to=None
        )

    def within(self, territory: "Territory") -> Self:
        """Keep the territories that belong to this one today."""
        return self.filter(
            memberships_as_child__parent=territory, memberships_as_child__valid_to=None
        )


class Territory(models.Model):
    """One row = one territory of one kind, with the dates between which it exists.

    Source: `@etalab/decoupage-administratif` (INSEE code officiel géographique, DGCL Banatic);
    study zones from INSEE's table, QPV from the ANCT.
    """

    kind = models.CharField(_("nature"), max_length=24, choices=TerritoryKind)
    code = models.CharField(_("code officiel"), max_length=9)
    name = models.CharField(_("nom"), max_length=200)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    legal_form = models.CharField(_("forme juridique"), max_length=20, blank=True)
    zone = models.CharField(_("zone"), max_length=5, choices=Zone, blank=True)
    population = models.PositiveIntegerField(_("population municipale"), null=True)
    postal_codes = models.JSONField(_("codes postaux"), default=list)
    seat_code = models.CharField(_("code du chef-lieu"), max_length=5, blank=True)
    valid_from = models.DateField(_("existe depuis"), null=True)
    valid_to = models.DateField(_("a cessé d’exister le"), null=True)

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("territoire")
        ordering = ["kind", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code"],
                condition=Q(valid_to=None),
                name="territory_current_code_unique",
                violation_error_message=_("Deux territoires actuels portent le même code."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gt=F("valid_from")),
                name="territory_dates_in_order",
                violation_error_message=_("Un territoire cesse d’exister après être apparu."),
            ),
        ]
        indexes = [models.Index(fields=["code"], name="territory_code")]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    def get_absolute_url(self) -> str:
        return reverse("portal:territory", args=[self.kind.lower(), self.code])


class Membership(models.Model):
    """One row = one territory belongs to a larger one between two dates."""

    child = models.ForeignKey(
        Territory, on_delete=models.CASCADE, related_name="memberships_as_child"
    )
    parent = models.ForeignKey(
        Territory, on_delete=models.CASCADE, related_name="memberships_as_parent"
    )
    valid_from = models.DateField(_("depuis"), null=True)
    valid_to = models.DateField(_("jusqu’à"), null=True)

    class Meta:
        verbose_name = _("appartenance")
        constraints = [
            models.UniqueConstraint(
                fields=["child", "parent"],
                condition=Q(valid_to=None),
                name="membership_current_unique",
                violation_error_message=_("Cette appartenance est déjà connue."),
            ),
            models.CheckConstraint(
                condition=~Q(child=F("parent")),
                name="membership_not_itself",
                violation_error_message=_("Un territoire ne se contient pas lui-même."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} ⊂ {self.parent_id}"


class FormerCode(models.Model):
    """One row = a code no longer in use and the current territory it may be carried to.

    A code with several rows is ambiguous (its commune was split): it is reported, never guessed.
    Source: `anciensCodes` of the official list, completed by INSEE's movements of communes.
    """

    code = models.CharField(_("ancien code"), max_length=9)
    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="former_codes")
    ceased_on = models.DateField(_("remplacé le"), null=True)

    class Meta:
        verbose_name = _("ancien code")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "territory"],
                name="formercode_unique",
                violation_error_message=_("Cet ancien code est déjà connu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} → {self.territory_id}"


class TerritoryEvent(models.Model):
    """One row = what happened one day to one or more communes.

    `territories` are the communes of today whose history it belongs to: their own events, and
    those of the communes they took over. `rank` orders the events of one day.
    Source: INSEE, code officiel géographique, « événements survenus aux communes ».
    """

    day = models.DateField(_("date"))
    rank = models.PositiveSmallIntegerField(_("ordre dans la journée"))
    kind = models.CharField(_("nature"), max_length=30, choices=EventKind)
    territories = models.ManyToManyField(Territory, related_name="events")

    class Meta:
        verbose_name = _("événement")
        ordering = ["-day", "-rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "rank"],
                name="territoryevent_rank_unique",
                violation_error_message=_("Deux événements du même jour ont le même rang."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.kind}"


class EventLink(models.Model):
    """One row = in one event, the first place became, in whole or in part, the second.

    The first is empty when a commune came from abroad.
    """

    event = models.ForeignKey(TerritoryEvent, on_delete=models.CASCADE, related_name="links")
    before_status = models.CharField(max_length=4, choices=PlaceStatus, blank=True)
    before_code = models.CharField(_("code avant"), max_length=5, blank=True)
    before_name = models.CharField(_("nom avant"), max_length=200, blank=True)
    after_status = models.CharField(max_length=4, choices=PlaceStatus)
    after_code = models.CharField(_("code après"), max_length=5)
    after_name = models.CharField(_("nom après"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("passage")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "before_status", "before_code", "after_status", "after_code"],
                name="eventlink_unique",
                violation_error_message=_("Ce passage est déjà connu."),
            ),
        ]
        indexes = [models.Index(fields=["before_code"], name="eventlink_before")]

    def __str__(self) -> str:
        return f"{self.before_code} → {self.after_code}"


class BytewiseCharField(models.CharField):  # type: ignore[type-arg]  # not generic when it runs
    """A text compared byte by byte on every database, so that a prefix is a range of an index.

    SQLite does so by itself; PostgreSQL must be told, or it follows the rules of a language.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        collation = "C" if connection.vendor == "postgresql" else None
        return {**super().db_parameters(connection), "collation": collation}


class SearchKey(models.Model):
    """One row = one normalised text by which a territory can be found, with its rank.

    A name gives one key for each of its words, so that "etienne" finds Saint-Étienne; the others
    are postal codes, official codes and former codes (see `rules.py`).
    """

    key: "models.CharField[str, str]" = BytewiseCharField(max_length=200)
    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="search_keys")
    rank = models.PositiveIntegerField(_("population, pour l’ordre"))
    is_name = models.BooleanField(_("nom entier"))

    class Meta:
        verbose_name = _("clé de recherche")
        indexes = [models.Index(fields=["key", "-rank", "territory"], name="searchkey_prefix")]

    def __str__(self) -> str:
        return self.key
