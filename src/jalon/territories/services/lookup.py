"""Finding a territory by its code, and what contains it."""

from collections.abc import Iterable, Sequence

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from jalon.territories.enums import INSIDE_A_COMMUNE, STUDY_ZONES, TerritoryKind
from jalon.territories.models import Membership, Territory

_NEAREST_FIRST = [
    *INSIDE_A_COMMUNE, TerritoryKind.COMMUNE, TerritoryKind.EPCI, TerritoryKind.GROUPEMENT,
    *STUDY_ZONES, TerritoryKind.DEPARTEMENT, TerritoryKind.COLLECTIVITE_OUTRE_MER,
    TerritoryKind.REGION, TerritoryKind.FRANCE,
]  # fmt: skip


class UnknownTerritoryError(LookupError):
    """No territory carries this code; the message is in French."""


class AmbiguousCodeError(UnknownTerritoryError):
    """A former code was shared between several territories; `candidates` names them."""

    def __init__(self, message: str, candidates: Sequence[Territory]) -> None:
        super().__init__(message)
        self.candidates = candidates


def get_territory(kind: str, code: str) -> Territory:
    """Give the territory that carries this code today.

    Parameters
    ----------
    kind
        A `TerritoryKind`, in any case ("commune" as in addresses).
    code
        Official code; letters in any case ("2a004").

    Raises
    ------
    UnknownTerritoryError
        When no current territory of this kind carries it.
    """
    current = Territory.objects.current().filter(kind=kind.upper())
    territory = current.filter(code=code.strip().upper()).first()
    if territory is None:
        message = _("Aucun territoire de cette nature ne porte le code « %(code)s ».")
        raise UnknownTerritoryError(message % {"code": code})
    return territory


def resolve_code(code: str, kind: str = TerritoryKind.COMMUNE) -> Territory:
    """Give today's territory for a code of any year.

    A commune is also found by its former codes and by those of its arrondissements.

    Raises
    ------
    AmbiguousCodeError
        When the former code was shared between several territories of today.
    UnknownTerritoryError
        When nothing ever carried this code.
    """
    code = code.strip().upper()
    try:
        return get_territory(kind, code)
    except UnknownTerritoryError:
        if kind.upper() != TerritoryKind.COMMUNE:
            raise
    candidates = list(
        Territory.objects.current()
        .of_kind(TerritoryKind.COMMUNE)
        .filter(
            Q(former_codes__code=code)
            | Q(
                memberships_as_parent__child__kind=TerritoryKind.ARRONDISSEMENT_MUNICIPAL,
                memberships_as_parent__child__code=code,
            )
        )
        .distinct()
        .order_by("code")
    )
    if not candidates:
        message = _("Aucune commune ne porte ni n’a porté le code « %(code)s ».")
        raise UnknownTerritoryError(message % {"code": code})
    if len(candidates) > 1:
        message = _(
            "Le code « %(code)s » a été partagé entre plusieurs communes d’aujourd’hui : %(names)s."
        )
        names = ", ".join(str(candidate) for candidate in candidates)
        raise AmbiguousCodeError(message % {"code": code, "names": names}, candidates)
    return candidates[0]


def ancestors(territory: Territory) -> list[Territory]:
    """List what contains a territory today, from the nearest to France; one query."""
    if territory.kind == TerritoryKind.FRANCE:
        return []
    # A sub-query, not a join: with OR, a join reads every membership of the country.
    parents = Membership.objects.filter(child=territory, valid_to=None).values("parent")
    containing = Territory.objects.filter(Q(pk__in=parents) | Q(kind=TerritoryKind.FRANCE))
    return sorted(
        containing,
        key=lambda parent: (_NEAREST_FIRST.index(TerritoryKind(parent.kind)), parent.code),
    )


def departement_names(territories: Iterable[Territory]) -> dict[int, str]:
    """Name the département of each territory, by its primary key; one query.

    A territory that lies in several départements gets their names, separated by commas.
    """
    kinds = [TerritoryKind.DEPARTEMENT, TerritoryKind.COLLECTIVITE_OUTRE_MER]
    return _names_of_parents([territory.pk for territory in territories], kinds)


def commune_names(territories: Iterable[Territory]) -> dict[int, str]:
    """Name the commune, or communes, of each territory smaller than one; at most one query."""
    inside = [place.pk for place in territories if place.kind in INSIDE_A_COMMUNE]
    return _names_of_parents(inside, [TerritoryKind.COMMUNE]) if inside else {}


def _names_of_parents(children: list[int], kinds: list[TerritoryKind]) -> dict[int, str]:
    parents = (
        Membership.objects.filter(child__in=children, parent__kind__in=kinds, valid_to=None)
        .order_by("parent__code")
        .values_list("child_id", "parent__name")
    )
    names: dict[int, list[str]] = {}
    for child, name in parents:
        names.setdefault(child, []).append(name)
    return {child: ", ".join(of_child) for child, of_child in names.items()}


def counts_by_kind() -> dict[str, int]:
    """Count today's territories of each kind; a kind without any is 0."""
    found = Territory.objects.current().order_by().values_list("kind").annotate(n=Count("pk"))
    counts = dict(found)
    return {str(kind): counts.get(kind, 0) for kind in TerritoryKind}
