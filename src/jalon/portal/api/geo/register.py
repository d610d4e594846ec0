"""Reading the register once, and describing its territories with API Géo's keys."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from jalon.portal.api.problems import ProblemError
from jalon.portal.api.state import Imports, current_imports
from jalon.territories.enums import TerritoryKind, Zone
from jalon.territories.models import FormerCode, Membership, Territory

from .catalogue import Catalogue, Collection, Fields, Keeper
from .outlines import outlines_of

_KINDS = (
    TerritoryKind.COMMUNE_DELEGUEE,
    TerritoryKind.COMMUNE,
    TerritoryKind.ARRONDISSEMENT_MUNICIPAL,
    TerritoryKind.EPCI,
    TerritoryKind.DEPARTEMENT,
    TerritoryKind.REGION,
    TerritoryKind.COLLECTIVITE_OUTRE_MER,
)
_COMMUNE_KEYS = (
    "nom", "code", "codeDepartement", "siren", "codeEpci", "codeRegion", "codesPostaux",
    "population",
)  # fmt: skip
_COMMUNE_FILTERS = {
    "code": "code", "codePostal": "codesPostaux", "codeDepartement": "codeDepartement",
    "codeRegion": "codeRegion", "codeEpci": "codeEpci", "siren": "siren",
    "ancienCode": "anciensCodes", "codeParent": "codeParent", "zone": "zone", "type": "type",
}  # fmt: skip
_DELEGATED_KEYS = (
    "nom", "code", "type", "chefLieu", "codeDepartement", "codeEpci", "codeRegion",
)  # fmt: skip
_DELEGATED_FILTERS = {
    "type": "type", "code": "code", "codeEpci": "codeEpci", "codeDepartement": "codeDepartement",
    "codeRegion": "codeRegion",
}  # fmt: skip
_EPCI_FILTERS = {
    "code": "code", "codeDepartement": "codesDepartements", "codeRegion": "codesRegions",
    "zone": "zone",
}  # fmt: skip
_DEPARTEMENT_FILTERS = {"code": "code", "codeRegion": "codeRegion", "zone": "zone"}
_REGION_FILTERS = {"code": "code", "zone": "zone"}

_DELEGATED = TerritoryKind.COMMUNE_DELEGUEE

Row = dict[str, Any]


@dataclass
class _Register:
    """What the register holds, row by row, and who belongs to whom."""

    by_kind: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    parents: dict[int, dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))
    members: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    former: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    successors: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))


def _read_register() -> _Register:
    """Read the territories of today; three queries whatever their number."""
    rows: dict[int, Row] = {
        row["pk"]: dict(row)
        for row in Territory.objects.current()
        .filter(kind__in=_KINDS)
        .values(
            "pk", "kind", "code", "name", "siren", "legal_form", "zone", "population",
            "postal_codes", "seat_code",
        )
    }  # fmt: skip
    register = _Register()
    for row in sorted(rows.values(), key=_rank):
        register.by_kind[row["kind"]].append(row)
    memberships = Membership.objects.filter(valid_to=None).values_list("child_id", "parent_id")
    for child_id, parent_id in memberships:
        if child_id in rows and parent_id in rows:
            register.parents[child_id][rows[parent_id]["kind"]] = rows[parent_id]
            register.members[parent_id].append(rows[child_id])
    for code, pk in FormerCode.objects.order_by("code").values_list("code", "territory_id"):
        if pk in rows:
            register.former[pk].append(code)
            register.successors[code].append((rows[pk]["code"], rows[pk]["name"]))
    return register


def _rank(row: Row) -> tuple[int, str]:
    """Rank as API Géo does: mainland, overseas départements, other overseas; then by code."""
    zones = [Zone.METRO, Zone.DROM, Zone.COM]
    return (zones.index(row["zone"]) if row["zone"] else -1, row["code"])


def build_catalogue(vintage: str) -> Catalogue:
    """Describe every territory of the register with API Géo's keys."""
    register = _read_register()
    rows = register.by_kind
    overseas = rows[TerritoryKind.COLLECTIVITE_OUTRE_MER]
    return Catalogue(
        vintage=vintage,
        successors=register.successors,
        collections={
            "communes": Collection(
                _communes(register),
                defaults=_COMMUNE_KEYS,
                filters=_COMMUNE_FILTERS,
                outlines=outlines_of(TerritoryKind.COMMUNE, TerritoryKind.ARRONDISSEMENT_MUNICIPAL),
                has_point=True,
            ),
            "communes_associees_deleguees": Collection(
                [_delegated(row, register) for row in rows[_DELEGATED]],
                defaults=_DELEGATED_KEYS,
                filters=_DELEGATED_FILTERS,
                outlines=outlines_of(_DELEGATED),
                has_point=True,
            ),
            "epcis": Collection(
                [_epci(row, register) for row in rows[TerritoryKind.EPCI]],
                defaults=("nom", "code", "codesDepartements", "codesRegions", "population"),
                filters=_EPCI_FILTERS,
                outlines=outlines_of(TerritoryKind.EPCI),
                has_point=True,
            ),
            "departements": Collection(
                [_departement(row, register) for row in rows[TerritoryKind.DEPARTEMENT] + overseas],
                defaults=("nom", "code", "codeRegion"),
                filters=_DEPARTEMENT_FILTERS,
                outlines=outlines_of(TerritoryKind.DEPARTEMENT),
            ),
            "regions": Collection(
                [_region(row) for row in rows[TerritoryKind.REGION] + overseas],
                defaults=("nom", "code"),
                filters=_REGION_FILTERS,
                outlines=outlines_of(TerritoryKind.REGION),
            ),
        },
    )


def _communes(register: _Register) -> list[Fields]:
    """Describe the communes and the arrondissements municipaux, which API Géo keeps together."""
    rows = (
        register.by_kind[TerritoryKind.COMMUNE]
        + register.by_kind[TerritoryKind.ARRONDISSEMENT_MUNICIPAL]
    )
    return [_commune(row, register) for row in sorted(rows, key=_rank)]


def _commune(row: Row, register: _Register) -> Fields:
    city = register.parents[row["pk"]].get(TerritoryKind.COMMUNE)
    parents = register.parents[(city or row)["pk"]]
    epci = None if city else parents.get(TerritoryKind.EPCI)
    departement = parents.get(TerritoryKind.DEPARTEMENT) or parents.get(
        TerritoryKind.COLLECTIVITE_OUTRE_MER
    )
    region = parents.get(TerritoryKind.REGION, departement)
    fields = _without_blanks(
        {
            "nom": row["name"],
            "code": row["code"],
            "codeParent": city and city["code"],
            "codeDepartement": departement and departement["code"],
            "siren": row["siren"],
            "codeEpci": epci and epci["code"],
            "codeRegion": region and region["code"],
            "codesPostaux": sorted(row["postal_codes"]),
            "population": row["population"],
            "anciensCodes": register.former.get(row["pk"]),
            "zone": row["zone"],
            "type": "arrondissement-municipal" if city else "commune-actuelle",
            "epci": _reference(epci),
            "departement": _reference(departement),
            "region": _reference(region),
        }
    )
    return fields | {
        key: [_reference(row) for row in former] or None  # API Géo gives null, not nothing
        for key, former in _former_communes(row, register).items()
    }


def _former_communes(row: Row, register: _Register) -> dict[str, list[Row]]:
    """Give the communes that keep their name inside this one, under API Géo's two keys."""
    inside = [m for m in register.members[row["pk"]] if m["kind"] == _DELEGATED]
    inside.sort(key=lambda one: one["code"])
    return {
        "deleguees": [one for one in inside if one["legal_form"] == "commune-deleguee"],
        "associees": [one for one in inside if one["legal_form"] == "commune-associee"],
    }


def _delegated(row: Row, register: _Register) -> Fields:
    """Describe a commune déléguée or associée, which lies where its commune of today does."""
    commune = _commune(register.parents[row["pk"]][TerritoryKind.COMMUNE], register)
    places = ("codeDepartement", "codeEpci", "codeRegion", "epci", "departement", "region")
    return _without_blanks(
        {
            "nom": row["name"],
            "code": row["code"],
            "type": row["legal_form"],
            "chefLieu": commune["code"],
            "population": row["population"],
            "codesPostaux": sorted(row["postal_codes"]),
            "zone": row["zone"],
            **{key: commune.get(key) for key in places},
        }
    )


def _epci(row: Row, register: _Register) -> Fields:
    communes = [m for m in register.members[row["pk"]] if m["kind"] == TerritoryKind.COMMUNE]
    fields = [_commune(commune, register) for commune in communes]

    def codes(key: str) -> list[str]:
        return sorted({commune[key] for commune in fields if key in commune})

    return _without_blanks(
        {
            "nom": row["name"],
            "code": row["code"],
            "codesDepartements": codes("codeDepartement"),
            "codesRegions": codes("codeRegion"),
            "population": row["population"],
            "zone": communes[0]["zone"] if communes else row["zone"],
            "type": row["legal_form"],
        }
    )


def _departement(row: Row, register: _Register) -> Fields:
    region = register.parents[row["pk"]].get(TerritoryKind.REGION, row)
    return _without_blanks(
        {
            "nom": row["name"],
            "code": row["code"],
            "codeRegion": region["code"],
            "zone": row["zone"],
            "chefLieu": row["seat_code"],
            "region": _reference(region),
        }
    )


def _region(row: Row) -> Fields:
    return _without_blanks(
        {
            "nom": row["name"],
            "code": row["code"],
            "zone": row["zone"],
            "chefLieu": row["seat_code"],
        }
    )


def _reference(row: Row | None) -> Fields | None:
    return row and {"code": row["code"], "nom": row["name"]}


def _without_blanks(fields: Fields) -> Fields:
    """Leave out what is not known; API Géo keeps the list of postal codes, though it is empty."""
    return {
        key: value
        for key, value in fields.items()
        if value not in (None, "", []) or key == "codesPostaux"
    }


catalogues = Keeper(build_catalogue)


def catalogue_of(imports: Imports) -> Catalogue:
    """Give the territories of these imports.

    Raises
    ------
    ProblemError
        503 when no list of territories was imported yet.
    """
    if not imports.territories:
        raise ProblemError(503, _("Aucune liste de territoires : lancer « jalon ingest »."))
    return catalogues.get(imports.territories)


def current_catalogue() -> Catalogue:
    """Give the territories of the register as they stand."""
    return catalogue_of(current_imports())
