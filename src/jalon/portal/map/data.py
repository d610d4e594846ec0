"""The figures behind the map: values by territory, classes, and places of the programmes."""

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy, ngettext

from jalon.interventions.models import Coverage
from jalon.portal.api.geo.catalogue import Collection
from jalon.portal.api.geo.register import current_catalogue
from jalon.portal.lake_access import current_lake
from jalon.territories.enums import TerritoryKind
from jalon.territories.models import Membership

from .choice import MapChoice
from .classes import MapClass, count_classes, quantile_breaks

_COLLECTIONS = {"departement": "departements", "commune": "communes"}
_TITLES = {"departement": gettext_lazy("Par département"), "commune": gettext_lazy("Par commune")}
_KEPT = 32  # answers kept in memory: at most 1 MB each


@dataclass(frozen=True)
class Layer:
    """The figures of one grain, in its order, and their classes."""

    grain: str
    title: str
    values: Mapping[str, float]
    breaks: Sequence[float]
    classes: Sequence[MapClass]
    n_missing: int
    n_suppressed: int
    ranks: Mapping[str, int]  # from the highest figure, which is 1


def collection_of(grain: str) -> Collection:
    """Give the territories of a grain."""
    return current_catalogue().collections[_COLLECTIONS[grain]]


@lru_cache(maxsize=_KEPT)
def layer_of(choice: MapChoice, grain: str, vintage: str) -> Layer:
    """Give the figures of a choice for one grain.

    `vintage` names the state of the register and the lake: another one makes another layer.
    """
    known = collection_of(grain).by_code
    found = _presences(choice, grain) if choice.card is None else _figures(choice, grain)
    values = {code: found[code] for code in known if code in found}
    numbers = np.fromiter(values.values(), dtype=np.float64, count=len(values))
    breaks = quantile_breaks(numbers)
    hidden = _hidden(choice, grain) & known.keys()
    n_expected = sum(1 for record in known.values() if record.get("zone") != "com")
    return Layer(
        grain=grain,
        title=str(_TITLES[grain]),
        values=values,
        breaks=breaks,
        classes=count_classes(numbers, breaks, choice.decimals),
        n_missing=max(0, n_expected - len(values) - len(hidden)),
        n_suppressed=len(hidden),
        ranks=_ranks(values),
    )


def _ranks(values: Mapping[str, float]) -> dict[str, int]:
    """Rank the territories from the highest figure, by code when equal; in that order."""
    decreasing = sorted(values, key=lambda code: (-values[code], code))
    return {code: rank for rank, code in enumerate(decreasing, start=1)}


def _figures(choice: MapChoice, grain: str) -> Mapping[str, float]:
    if choice.card is None or choice.year is None:
        return {}
    return current_lake().snapshot(choice.card.code, grain.upper(), choice.year)


def _hidden(choice: MapChoice, grain: str) -> set[str]:
    """Give the territories whose figure exists but is kept secret."""
    if choice.card is None or choice.year is None:
        return set()
    return current_lake().suppressed(choice.card.code, grain.upper(), choice.year)


def _presences(choice: MapChoice, grain: str) -> Mapping[str, float]:
    """Count the interventions that touch each commune, or each département."""
    touched = touched_communes(tuple(choice.programmes))
    if grain == "commune":
        return {code: float(len(found)) for code, found in touched.items()}
    communes = collection_of("commune").by_code
    by_departement: dict[str, set[int]] = defaultdict(set)
    for code, found in touched.items():
        if code in communes and "codeDepartement" in communes[code]:
            by_departement[communes[code]["codeDepartement"]] |= found
    return {code: float(len(found)) for code, found in by_departement.items()}


def touched_communes(programmes: Sequence[str]) -> dict[str, set[int]]:
    """Give, for each commune touched, the interventions that touch it or its EPCI; two queries."""
    touched: dict[str, set[int]] = defaultdict(set)
    of_groups: dict[int, set[int]] = defaultdict(set)
    coverages = Coverage.objects.filter(intervention__programme__code__in=programmes)
    for intervention, pk, kind, code in coverages.values_list(
        "intervention_id", "territory_id", "territory__kind", "territory__code"
    ):
        if kind == TerritoryKind.COMMUNE:
            touched[code].add(intervention)
        else:
            of_groups[pk].add(intervention)
    members = Membership.objects.filter(
        parent_id__in=of_groups, child__kind=TerritoryKind.COMMUNE, valid_to=None
    )
    for parent, code in members.values_list("parent_id", "child__code"):
        touched[code] |= of_groups[parent]
    return touched


@lru_cache(maxsize=_KEPT)
def values_json(choice: MapChoice, grain: str, vintage: str, *, is_simulated: bool) -> bytes:
    """Write the figures of a layer as compact JSON, compressed once for all readers."""
    layer = layer_of(choice, grain, vintage)
    content = {
        "maille": grain,
        "unite": choice.unit,
        "bornes": layer.breaks,
        "valeurs": {code: _short(value) for code, value in layer.values.items()},
        "simule": is_simulated,
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def _short(value: float) -> float | int:
    return int(value) if value == int(value) else round(value, 2)


@lru_cache(maxsize=_KEPT)
def places_json(programmes: tuple[tuple[str, str], ...], vintage: str) -> bytes:
    """Write where programmes are: a point a territory, and their names by commune and département.

    Parameters
    ----------
    programmes
        Their codes and names.
    vintage
        The state of the register.
    """
    names: dict[str, list[str]] = defaultdict(list)
    departements = collection_of("commune").by_code
    for code, name in programmes:
        touched = touched_communes([code])
        by_departement: Counter[str] = Counter()
        for commune in touched:
            names[commune].append(name)
            by_departement[departements.get(commune, {}).get("codeDepartement", "")] += 1
        for departement, count in by_departement.items():
            said = ngettext("%(count)s commune", "%(count)s communes", count) % {"count": count}
            names[departement].append(f"{name}\u00a0: {said}")
    content = {"points": _points([code for code, _name in programmes]), "presences": names}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def _points(programmes: Iterable[str]) -> dict[str, Any]:
    collections = current_catalogue().collections
    covered = (
        Coverage.objects.filter(intervention__programme__code__in=list(programmes))
        .values_list("territory__kind", "territory__code")
        .distinct()
    )
    features = []
    for kind, code in covered:
        if kind not in {TerritoryKind.COMMUNE, TerritoryKind.EPCI}:
            continue
        centre = collections[f"{kind.lower()}s"].outlines.get(code, "centre")
        if centre is not None:
            features.append({"type": "Feature", "properties": {"code": code}, "geometry": centre})
    return {"type": "FeatureCollection", "features": features}
