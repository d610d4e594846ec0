"""The parameters of one request, read with API Géo's habits.

A filter given twice keeps its first value (`type` keeps them all), a bracketed name such as
`nom[a]` counts as given and empty, an unknown name is ignored. Several values may be separated by
commas, which API Géo does not know.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from jalon.portal.api.problems import ProblemError

from .names import words

_LONGEST_NAME = 200
_MOST_WORDS = 20
_LEADING_INTEGER = re.compile(r"\s*([+-]?[0-9]{1,9})")


@dataclass(frozen=True)
class GeoQuery:
    """What one request asks of a collection."""

    filters: Mapping[str, tuple[str, ...]]
    name: str | None
    fields: tuple[str, ...]
    limit: int | None
    offset: int
    is_geojson: bool
    geometry: str
    is_boosted: bool
    point: tuple[float, float] | None

    @property
    def is_filtered(self) -> bool:
        """Say whether something other than a limit restricts the answer."""
        return bool(self.filters) or self.name is not None or self.point is not None


def read_query(parameters: QueryDict, filters: Sequence[str], *, has_point: bool) -> GeoQuery:
    """Read the parameters of a request.

    Parameters
    ----------
    parameters
        What follows the question mark.
    filters
        The names that select by equality on this route (none on the nested routes).
    has_point
        Whether the route finds a territory by `lat` and `lon`.

    Raises
    ------
    ProblemError
        400 when `limit`, `offset`, `lat` or `lon` cannot be understood.
    """
    given = {name.partition("[")[0]: _values(parameters, name) for name in parameters}
    _refuse_long_name(" ".join(given.get("nom", [])))
    return GeoQuery(
        filters={name: _alternatives(name, given[name]) for name in filters if name in given},
        name=" ".join(given["nom"]) if "nom" in given and filters else None,
        fields=tuple(
            field for value in given.get("fields", []) for field in value.split(",") if field
        ),
        limit=_read_count(given, "limit"),
        offset=_read_count(given, "offset") or 0,
        is_geojson=given.get("format", [""])[0] == "geojson",
        geometry=given.get("geometry", [""])[0],
        is_boosted=given.get("boost", [""])[0] == "population",
        point=_read_point(given) if has_point else None,
    )


def _refuse_long_name(name: str) -> None:
    """Refuse a name that no territory could bear: each word costs a search."""
    if len(name) > _LONGEST_NAME or len(words(name)) > _MOST_WORDS:
        raise ProblemError(
            400,
            _("« nom » : %(signs)s caractères et %(words)s mots au plus.")
            % {"signs": _LONGEST_NAME, "words": _MOST_WORDS},
        )


def _values(parameters: QueryDict, name: str) -> list[str]:
    return [""] if "[" in name else parameters.getlist(name)


def _alternatives(name: str, values: list[str]) -> tuple[str, ...]:
    kept = values if name == "type" else values[:1]
    return tuple(part for value in kept for part in value.split(","))


def _read_count(given: Mapping[str, list[str]], name: str) -> int | None:
    text = given.get(name, [""])[0]
    if not text:
        return None
    match = _LEADING_INTEGER.match(text)
    if match is None or int(match[1]) < 0:
        raise ProblemError(
            400,
            _("Le paramètre « %(name)s » doit être un nombre entier positif ou nul.")
            % {"name": name},
        )
    return int(match[1])


def _read_point(given: Mapping[str, list[str]]) -> tuple[float, float] | None:
    if "lat" not in given and "lon" not in given:
        return None
    try:
        latitude, longitude = float(given["lat"][0]), float(given["lon"][0])
    except (KeyError, ValueError):
        latitude = longitude = float("nan")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ProblemError(
            400,
            _(
                "« lat » et « lon » vont ensemble : deux nombres décimaux, "
                "entre −90 et 90, et entre −180 et 180."
            ),
        )
    return latitude, longitude
