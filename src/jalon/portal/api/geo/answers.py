"""Selecting territories of a collection and writing the answer as API Géo does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from jalon.portal.api.problems import ProblemError

from .catalogue import Collection, Fields, encode
from .query import GeoQuery

# API Géo adds the nested objects after everything else, in this order.
_NESTED = ("epci", "departement", "region")
_ALWAYS = ("nom", "code")
_SHAPES = ("centre", "contour", "bbox", "surface")
_FORMS = ("centre", "contour", "bbox")


@dataclass(frozen=True)
class Found:
    """The territories that answer, in order; with their scores when a name was searched."""

    positions: Sequence[int]
    scores: Mapping[int, float] | None = None

    def page(self, query: GeoQuery) -> "Found":
        """Keep what `limit` and `offset` ask for."""
        end = None if query.limit is None else query.offset + query.limit
        return Found(self.positions[query.offset : end], self.scores)


def select(
    collection: Collection,
    query: GeoQuery,
    *,
    default_filters: Mapping[str, Sequence[str]],
) -> Found:
    """Find the territories that satisfy every filter, in order of code or of closeness.

    Parameters
    ----------
    collection
        Where to look.
    query
        The request.
    default_filters
        What applies to the parameters that are not given (API Géo: current communes only).
    """
    filters = {**default_filters, **query.filters}
    if query.point is not None:
        # API Géo reads the first type only when a point is given.
        filters = {name: v[:1] if name == "type" else v for name, v in filters.items()}
        candidates = collection.positions("code", collection.outlines.codes_at(*query.point))
    elif query.name is not None:
        hits = collection.names.search(query.name, is_boosted=query.is_boosted)
        scores = {hit.position: hit.score for hit in hits}
        return Found(_keep(collection, filters, list(scores)), scores)
    elif filters:
        chosen = min(filters, key=lambda name: len(collection.positions(name, filters[name])))
        candidates = collection.positions(chosen, filters[chosen])
        filters = {name: values for name, values in filters.items() if name != chosen}
    else:
        candidates = list(range(len(collection.records)))
    return Found(_keep(collection, filters, candidates))


def _keep(
    collection: Collection, filters: Mapping[str, Sequence[str]], positions: list[int]
) -> list[int]:
    for name, values in filters.items():
        key, wanted = collection.filters[name], set(values)
        positions = [
            position
            for position in positions
            if _has_one_of(collection.records[position].get(key), wanted)
        ]
    return positions


def _has_one_of(value: Any, wanted: set[str]) -> bool:
    return not wanted.isdisjoint(value) if isinstance(value, list) else value in wanted


def refuse_unfiltered_geometry(query: GeoQuery) -> None:
    """Refuse the outlines of the whole country in one answer.

    Raises
    ------
    ProblemError
        400 when nothing restricts a request for geometry.
    """
    if not query.is_filtered and (query.is_geojson or "contour" in query.fields):
        raise ProblemError(
            400,
            _(
                "Sans aucun filtre, ni « format=geojson » ni le champ « contour » ne sont servis : "
                "ajouter un filtre (par exemple « codeDepartement »), ou prendre le fichier des "
                "contours dans les pages de données."
            ),
        )


def write_list(collection: Collection, found: Found, query: GeoQuery) -> str:
    """Write the answer of a list: a bare array, or a GeoJSON collection."""
    if query.is_geojson:
        features = (
            _feature(collection, collection.records[position], query, _score(found, position))
            for position in found.positions
        )
        return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'
    if query.fields:
        keys = _keys(collection, query)
        items: Iterable[str] = (
            encode(
                _project(collection, collection.records[position], keys, _score(found, position))
            )
            for position in found.positions
        )
    else:
        items = (_default_item(collection, found, position) for position in found.positions)
    return f"[{','.join(items)}]"


def write_one(collection: Collection, code: str, query: GeoQuery) -> str:
    """Write the answer for one territory: an object, or a GeoJSON feature."""
    record = collection.by_code[code]
    if query.is_geojson:
        return _feature(collection, record, query, None)
    return encode(_project(collection, record, _keys(collection, query), None))


def _default_item(collection: Collection, found: Found, position: int) -> str:
    item = collection.default_json[position]
    score = _score(found, position)
    return item if score is None else f'{item[:-1]},"_score":{score!r}}}'


def _score(found: Found, position: int) -> float | None:
    return None if found.scores is None else found.scores[position]


def _keys(collection: Collection, query: GeoQuery) -> list[str]:
    """Put the asked keys in API Géo's order: as asked, then nom and code, then the nested ones."""
    asked = dict.fromkeys([*(query.fields or collection.defaults), *_ALWAYS])
    return [key for key in asked if key not in _NESTED] + [key for key in _NESTED if key in asked]


def _project(
    collection: Collection, record: Fields, keys: Iterable[str], score: float | None
) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    nested: dict[str, Any] = {}
    for key in keys:
        if key in _NESTED:
            if key in record:
                nested[key] = record[key]
        elif key in _SHAPES:
            shape = collection.outlines.get(record["code"], key)
            if shape is not None:
                answer[key] = shape
        elif key in record:
            answer[key] = record[key]
    if score is not None:
        answer["_score"] = score
    return answer | nested


def _feature(collection: Collection, record: Fields, query: GeoQuery, score: float | None) -> str:
    keys = [key for key in _keys(collection, query) if key not in _FORMS]
    form = query.geometry if query.geometry in _FORMS else "centre"
    return encode(
        {
            "type": "Feature",
            "properties": _project(collection, record, keys, score),
            "geometry": collection.outlines.get(record["code"], form),
        }
    )
