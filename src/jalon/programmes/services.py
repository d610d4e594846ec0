"""Writing the catalogue of programmes and the official lists into the register."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from jalon.interventions.models import Coverage, Intervention, Programme
from jalon.lake.reading import CoverageRow
from jalon.territories.models import Territory

from .catalogue import all_programmes

_BATCH = 5_000
_Key = tuple[str, str]
_PlaceKey = tuple[int, int, str]  # intervention, territory, role
_INTERVENTION_FIELDS = ("mode", "name", "started_on", "ended_on")
_COVERAGE_FIELDS = ("declared_codes", "started_on", "ended_on")


class RefusedListError(ValueError):
    """A list names what the register does not hold; nothing was written. In French."""


def load_catalogue() -> None:
    """Make the register hold the programmes of the catalogue, updated in place by their code."""
    for order, card in enumerate(all_programmes(), start=1):
        values = {**card.model_dump(exclude={"code"}), "domains": list(card.domains)}
        Programme.objects.update_or_create(code=card.code, defaults={**values, "order": order})


@transaction.atomic
def load_list(*, programmes: Sequence[str], rows: Iterable[CoverageRow]) -> None:
    """Make the interventions of these programmes those of a list, and no others.

    An intervention keeps its row as long as the list keeps its code, so that whatever refers to
    it stays; the same list again changes nothing. Its dates are the first and, when every
    territory has left, the last of its territories.

    Parameters
    ----------
    programmes
        Codes of the programmes that the list is about, those without any row included.
    rows
        One row per territory and declared code; codes of today that share a place are grouped.

    Raises
    ------
    RefusedListError
        When a row names a programme or a territory that the register does not hold.
    """
    held = {p.code: p for p in Programme.objects.filter(code__in=programmes)}
    drafts = _gather(rows)
    strangers = {programme for programme, _code in drafts} - held.keys()
    if missing := strangers | (set(programmes) - held.keys()):
        message = _("Programme absent du catalogue : %(codes)s.")
        raise RefusedListError(message % {"codes": ", ".join(sorted(missing))})
    interventions = _load_interventions(drafts, held)
    _load_places(drafts, interventions, list(held.values()))


@dataclass
class _Place:
    """A territory's place in an intervention, from one or several lines of the list."""

    declared_codes: set[str] = field(default_factory=set)
    started: list[dt.date | None] = field(default_factory=list)
    ended: list[dt.date | None] = field(default_factory=list)

    def add(self, row: CoverageRow) -> None:
        self.declared_codes.add(row.declared_code)
        self.started.append(row.started_on)
        self.ended.append(row.ended_on)

    @property
    def values(self) -> dict[str, object]:
        return {
            "declared_codes": sorted(self.declared_codes),
            "started_on": _first(self.started),
            "ended_on": _last(self.ended),
        }


@dataclass
class _Draft:
    """An intervention as the list tells it."""

    name: str
    places: dict[tuple[str, str, str], _Place] = field(default_factory=dict)  # kind, code, role

    @property
    def started_on(self) -> dt.date | None:
        return _first([day for place in self.places.values() for day in place.started])

    @property
    def ended_on(self) -> dt.date | None:
        return _last([day for place in self.places.values() for day in place.ended])


def _first(days: Sequence[dt.date | None]) -> dt.date | None:
    return min((day for day in days if day is not None), default=None)


def _last(days: Sequence[dt.date | None]) -> dt.date | None:
    """Give the last day when all are known: a place without end is still there."""
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(days) else None


def _gather(rows: Iterable[CoverageRow]) -> dict[_Key, _Draft]:
    drafts: dict[_Key, _Draft] = {}
    for row in rows:
        key = (row.programme, row.intervention_code)
        draft = drafts.setdefault(key, _Draft(row.intervention_name))
        draft.places.setdefault((row.kind, row.code, row.role), _Place()).add(row)
    return drafts


def _load_interventions(
    drafts: dict[_Key, _Draft], programmes: dict[str, Programme]
) -> dict[_Key, int]:
    known = {
        (intervention.programme_id, intervention.code): intervention
        for intervention in Intervention.objects.filter(programme__in=programmes.values())
    }
    new: list[Intervention] = []
    changed: list[Intervention] = []
    for (programme_code, code), draft in drafts.items():
        programme = programmes[programme_code]
        values = (programme.mode, draft.name, draft.started_on, draft.ended_on)
        intervention = known.pop((programme.pk, code), None)
        if intervention is None:
            fields = dict(zip(_INTERVENTION_FIELDS, values, strict=True))
            new.append(Intervention(programme=programme, code=code, **fields))
        elif _update(intervention, dict(zip(_INTERVENTION_FIELDS, values, strict=True))):
            changed.append(intervention)
    Intervention.objects.filter(pk__in=[gone.pk for gone in known.values()]).delete()
    Intervention.objects.bulk_create(new, batch_size=_BATCH)
    Intervention.objects.bulk_update(changed, _INTERVENTION_FIELDS, batch_size=500)
    ids = Intervention.objects.filter(programme__in=programmes.values())
    return {
        (programme, code): pk
        for programme, code, pk in ids.values_list("programme__code", "code", "pk")
    }


def _load_places(
    drafts: dict[_Key, _Draft], interventions: dict[_Key, int], programmes: Sequence[Programme]
) -> None:
    territories = _territory_ids()
    known: dict[_PlaceKey, Coverage] = {
        (coverage.intervention_id, coverage.territory_id, coverage.role): coverage
        for coverage in Coverage.objects.filter(intervention__programme__in=programmes)
    }
    new: list[Coverage] = []
    changed: list[Coverage] = []
    for key, draft in drafts.items():
        for (kind, code, role), place in draft.places.items():
            territory = territories.get((kind, code))
            if territory is None:
                message = _("L’intervention %(name)s nomme le territoire %(code)s, inconnu ici.")
                raise RefusedListError(message % {"name": draft.name, "code": code})
            coverage = known.pop((interventions[key], territory, role), None)
            if coverage is None:
                ids = {"intervention_id": interventions[key], "territory_id": territory}
                new.append(Coverage(**ids, role=role, **place.values))
            elif _update(coverage, place.values):
                changed.append(coverage)
    gone = [coverage.pk for coverage in known.values()]
    for start in range(0, len(gone), _BATCH):
        Coverage.objects.filter(pk__in=gone[start : start + _BATCH]).delete()
    Coverage.objects.bulk_create(new, batch_size=_BATCH)
    Coverage.objects.bulk_update(changed, _COVERAGE_FIELDS, batch_size=500)


def _territory_ids() -> dict[_Key, int]:
    rows = Territory.objects.current().order_by().values_list("kind", "code", "pk")
    return {(kind, code): pk for kind, code, pk in rows}


def _update(row: Intervention | Coverage, values: dict[str, object]) -> bool:
    """Set these values; say whether one of them was different."""
    differs = any(getattr(row, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(row, name, value)
    return differs
