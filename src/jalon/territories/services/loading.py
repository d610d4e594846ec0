"""Writing the official list of territories into the register."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from jalon.lake.codes import FormerCodeRow
from jalon.lake.country import Country, MembershipRow, TerritoryRow
from jalon.territories import rules
from jalon.territories.enums import TerritoryKind
from jalon.territories.models import FormerCode, Membership, SearchKey, Territory

from .history import load_events

_FIELDS = ("name", "siren", "legal_form", "zone", "population", "postal_codes", "seat_code")
_BATCH = 5_000
_Key = tuple[str, str]  # kind, code
_Family = tuple[str, str]  # kind, legal form of a grouping
# The name of a study zone is that of its main commune; only zones d’emploi are looked for.
_NOT_SEARCHED = {
    TerritoryKind.ARRONDISSEMENT_MUNICIPAL, TerritoryKind.BASSIN_DE_VIE,
    TerritoryKind.UNITE_URBAINE, TerritoryKind.AAV,
}  # fmt: skip

_RANKED_BY_MEMBER = [TerritoryKind.EPCI, TerritoryKind.GROUPEMENT, TerritoryKind.ZONE_EMPLOI]


class RefusedTerritoriesError(ValueError):
    """The list contradicts itself; nothing was written. The message is in French."""


@transaction.atomic
def load_country(country: Country, *, on: dt.date) -> None:
    """Make the register hold this list of territories; the same list again changes nothing.

    A territory is updated in place and never deleted: one that the list no longer holds ceases to
    exist on `on`, and so do the memberships that changed. A kind of which the list says nothing
    (its source was refused, or is absent) is left as it was. Former codes, events and search keys,
    which nothing refers to, are rewritten.

    Parameters
    ----------
    country
        The list, as the lake read it.
    on
        From when a difference with the former list holds (its vintage).

    Raises
    ------
    RefusedTerritoriesError
        When the list names a parent or a successor that it does not hold.
    """
    is_first = not Territory.objects.exists()
    ids = _load_territories(country.territories, since=None if is_first else on, until=on)
    _load_memberships(country, ids, since=None if is_first else on, until=on)
    _load_former_codes(country.former_codes, ids)
    communes = {code: pk for (kind, code), pk in ids.items() if kind == TerritoryKind.COMMUNE}
    load_events(country.codes.lineage, communes)
    _count_rows_anew()
    _load_search_keys()


def _load_territories(
    rows: Iterable[TerritoryRow], *, since: dt.date | None, until: dt.date
) -> dict[_Key, int]:
    known: dict[_Key, Territory] = {
        (territory.kind, territory.code): territory for territory in Territory.objects.current()
    }
    new: list[Territory] = []
    changed: list[Territory] = []
    listed: set[_Key] = set()
    told: set[_Family] = set()
    for row in rows:
        key = (str(row.kind), row.code)
        listed.add(key)
        told.add(_family(row))
        values = {name: getattr(row, name) for name in _FIELDS}
        values["postal_codes"] = list(row.postal_codes)
        territory = known.get(key)
        if territory is None:
            began = row.valid_from or since
            new.append(Territory(kind=row.kind, code=row.code, valid_from=began, **values))
        elif any(getattr(territory, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(territory, name, value)
            changed.append(territory)
    Territory.objects.bulk_create(new, batch_size=_BATCH)
    Territory.objects.bulk_update(changed, _FIELDS, batch_size=500)
    gone = [territory for key, territory in known.items() if key not in listed]
    _close(Territory, [territory for territory in gone if _family(territory) in told], until)
    current = Territory.objects.current().values_list("kind", "code", "pk")
    return {(kind, code): pk for kind, code, pk in current}


def _family(territory: Territory | TerritoryRow) -> _Family:
    """Tell what one source lists whole: a kind, or the groupings of one legal form.

    A grouping met in a list of programme has no form: no source lists those.
    """
    is_grouping = territory.kind == TerritoryKind.GROUPEMENT
    return str(territory.kind), territory.legal_form if is_grouping else ""


def _load_memberships(
    country: Country, ids: dict[_Key, int], *, since: dt.date | None, until: dt.date
) -> None:
    """Open the memberships that are new and close those that ended.

    One that takes the place of another of the same kind begins the day that one ends: its own day
    when that is later than the beginning of the former, else `until`.
    """
    listed: dict[tuple[int, int], MembershipRow] = {}
    for row in country.memberships:
        child = ids.get((str(row.child_kind), row.child_code))
        parent = ids.get((str(row.parent_kind), row.parent_code))
        if child is None or parent is None:
            message = _("%(child)s est dit membre de %(parent)s, mais la liste n’a pas les deux.")
            raise RefusedTerritoriesError(
                message % {"child": row.child_code, "parent": row.parent_code}
            )
        listed[child, parent] = row
    known = {
        (membership.child_id, membership.parent_id): membership
        for membership in Membership.objects.filter(valid_to=None)
    }
    places = {place.pk: place for place in Territory.objects.only("kind", "legal_form", "valid_to")}
    gone = _gone(known, listed, places)
    began: dict[tuple[int, str], list[dt.date | None]] = defaultdict(list)
    for left in gone:
        began[left.child_id, places[left.parent_id].kind].append(left.valid_from)
    new: list[Membership] = []
    changed_on: dict[tuple[int, str], dt.date] = {}
    for (child, parent), row in sorted(listed.items()):
        if (child, parent) in known:
            continue
        key = (child, str(row.parent_kind))
        opened = row.valid_from or since
        if key in began:
            is_later = opened is not None and all(d is None or opened > d for d in began[key])
            opened = opened if is_later else until
            changed_on[key] = opened or until
        new.append(Membership(child_id=child, parent_id=parent, valid_from=opened))
    Membership.objects.bulk_create(new, batch_size=_BATCH)
    by_day: dict[dt.date, list[Membership]] = defaultdict(list)
    for left in gone:
        key = (left.child_id, places[left.parent_id].kind)
        by_day[changed_on.get(key, until)].append(left)
    for day, rows in by_day.items():
        _close(Membership, rows, day)


def _gone(
    known: Mapping[tuple[int, int], Membership],
    listed: Collection[tuple[int, int]],
    places: Mapping[int, Territory],
) -> list[Membership]:
    """List the memberships that ended: their kind is told and they are not, or a side is closed."""

    def families(pair: tuple[int, int]) -> tuple[_Family, _Family]:
        return _family(places[pair[0]]), _family(places[pair[1]])

    told = {families(pair) for pair in listed}
    return [
        membership
        for pair, membership in known.items()
        if pair not in listed
        and (families(pair) in told or any(places[side].valid_to for side in pair))
    ]


def _close(
    model: type[Territory] | type[Membership], gone: Sequence[Territory | Membership], on: dt.date
) -> None:
    """Say that these rows ceased on a day: at the earliest, the day after they began."""
    ids_by_day: dict[dt.date, list[int]] = defaultdict(list)
    for row in gone:
        began = row.valid_from
        ids_by_day[on if began is None else max(on, began + dt.timedelta(days=1))].append(row.pk)
    for day, ids in ids_by_day.items():
        model._default_manager.filter(pk__in=ids).update(valid_to=day)


def _load_former_codes(rows: Iterable[FormerCodeRow], ids: dict[_Key, int]) -> None:
    wanted: set[tuple[object, ...]] = set()
    for row in rows:
        territory_id = ids.get((TerritoryKind.COMMUNE, row.current_code))
        if territory_id is None:
            message = _("L’ancien code %(former)s mène à %(current)s, absent de la liste.")
            raise RefusedTerritoriesError(
                message % {"former": row.code, "current": row.current_code}
            )
        wanted.add((row.code, territory_id, row.ceased_on))
    _make_hold(FormerCode, ("code", "territory_id", "ceased_on"), wanted)


def _count_rows_anew() -> None:
    """Let PostgreSQL know what was just written: it joins as if the tables were still empty.

    Finding the largest commune of each grouping took more than ten minutes without it.
    """
    if connection.vendor == "postgresql":
        tables = [model._meta.db_table for model in (Territory, Membership)]
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, tables))}")


def _load_search_keys() -> None:
    """Make the keys those of every current territory, from what the register now holds."""
    searched = list(Territory.objects.current().exclude(kind__in=_NOT_SEARCHED))
    codes: dict[int, list[str]] = defaultdict(list)
    for code, territory_id in FormerCode.objects.values_list("code", "territory_id"):
        codes[territory_id].append(code)
    arrondissements = Membership.objects.filter(
        valid_to=None, child__kind=TerritoryKind.ARRONDISSEMENT_MUNICIPAL
    )
    for code, city_id in arrondissements.values_list("child__code", "parent_id"):
        codes[city_id].append(code)
    largest = dict(
        Membership.objects.filter(
            valid_to=None,
            child__kind=TerritoryKind.COMMUNE,
            parent__kind__in=_RANKED_BY_MEMBER,
        )
        .order_by()
        .values_list("parent_id")
        .annotate(models.Max("child__population"))
    )
    wanted: set[tuple[object, ...]] = {
        (key.text, territory.pk, key.rank, key.is_name)
        for territory in searched
        for key in rules.search_keys(
            rules.Findable(
                kind=TerritoryKind(territory.kind),
                name=territory.name,
                codes={territory.code, *territory.postal_codes, *codes[territory.pk]},
                population=territory.population or 0,
                largest_member=largest.get(territory.pk),
            )
        )
    }
    _make_hold(SearchKey, ("key", "territory_id", "rank", "is_name"), wanted)


def _make_hold(
    model: type[models.Model],
    fields: Sequence[str],
    wanted: set[tuple[object, ...]],
) -> None:
    """Add the rows that are missing and delete those that are not wanted."""
    rows = model._default_manager.order_by().values_list(*fields, "pk")
    held = {tuple(values): pk for *values, pk in rows}
    gone = [pk for values, pk in held.items() if values not in wanted]
    for start in range(0, len(gone), _BATCH):
        model._default_manager.filter(pk__in=gone[start : start + _BATCH]).delete()
    new = wanted - held.keys()
    model._default_manager.bulk_create(
        [model(**dict(zip(fields, values, strict=True))) for values in new], batch_size=_BATCH
    )
