"""The figures behind the map: values by territory, classes, and places of the programmes."""

import gzip
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray

from jalon.interventions.models import Coverage
from jalon.portal.api.geo.catalogue import Fields
from jalon.portal.api.geo.register import current_catalogue
from jalon.portal.lake_access import current_lake
from jalon.territories.enums import TerritoryKind
from jalon.territories.models import Membership
from jalon.territories.rules import normalise

from .choice import Figure, MapChoice
from .circles import CircleScale, scale_of
from .classes import MapClass, breaks_of, count_classes, tones_of, whole_breaks
from .grains import GRAINS, Grain
from .overlaps import Overlap, overlaps_of

_KEPT = 32  # answers kept in memory: at most 1 MB each


@dataclass(frozen=True)
class Layer:
    """The figures of one grain, in its order, and their classes."""

    grain: Grain
    records: Mapping[str, Fields]  # of every territory of the grain
    unit: str
    decimals: int
    values: Mapping[str, float]
    breaks: Sequence[float]
    classes: Sequence[MapClass]
    n_missing: int
    hidden: frozenset[str] = frozenset()  # whose figure exists but is kept secret
    circles: CircleScale | None = None
    overlaps: Mapping[str, Overlap] = field(default_factory=dict)

    @property
    def n_suppressed(self) -> int:
        """Count the territories whose figure exists but is kept secret."""
        return len(self.hidden)

    @cached_property
    def ranks(self) -> dict[str, int]:
        """Rank the territories from the highest figure, in order; ties share the best rank."""
        values = self.values
        ranks: dict[str, int] = {}
        before, rank = math.nan, 0
        decreasing = sorted(values, key=lambda code: (-values[code], code))
        for place, code in enumerate(decreasing, start=1):
            if values[code] != before:
                rank, before = place, values[code]
            ranks[code] = rank
        return ranks

    def tones(self) -> dict[str, int]:
        """Give the tone of each territory that has a figure, 1 the lightest, 7 the darkest."""
        if not self.values:
            return {}
        tones = np.array([one.tone for one in self.classes])
        ranks = np.searchsorted(self.breaks, list(self.values.values()), side="left")
        return dict(zip(self.values, tones[ranks].tolist(), strict=True))


@lru_cache(maxsize=_KEPT)
def layer_of(choice: MapChoice, grain_code: str, vintage: str) -> Layer:
    """Give the figures of a choice for one grain.

    `vintage` names the state of the register and the lake: another one makes another layer.
    """
    grain = GRAINS[grain_code]
    known = grain.collection.by_code
    overlaps = overlaps_of(choice.counted, grain, vintage) if choice.is_overlaps else {}
    found = {code: one.value for code, one in overlaps.items()} or _found(choice, grain)
    values = {code: found[code] for code in known if code in found}
    numbers = np.fromiter(values.values(), dtype=np.float64, count=len(values))
    breaks = _breaks(choice, grain, numbers)
    decimals = choice.decimals(grain.code)
    hidden = _hidden(choice, grain) & known.keys()
    return Layer(
        grain=grain,
        records=known,
        unit=choice.unit(grain.code),
        decimals=decimals,
        values=values,
        breaks=breaks,
        classes=_classes(choice, grain, numbers, breaks),
        n_missing=max(0, grain.n_expected - len(values) - len(hidden)),
        hidden=frozenset(hidden),
        circles=scale_of(numbers, grain) if choice.figure is Figure.CIRCLES else None,
        overlaps=overlaps,
    )


def _breaks(choice: MapChoice, grain: Grain, numbers: NDArray[np.float64]) -> list[float]:
    if choice.is_overlaps and grain.kind == TerritoryKind.COMMUNE:
        return whole_breaks(numbers, choice.n_classes)
    return breaks_of(numbers, choice.method, choice.n_classes)


def _classes(
    choice: MapChoice, grain: Grain, numbers: NDArray[np.float64], breaks: Sequence[float]
) -> tuple[MapClass, ...]:
    """Describe the classes; communes that no programme covers are apart, in grey."""
    found = count_classes(numbers, breaks, choice.decimals(grain.code))
    is_white = choice.is_overlaps and grain.kind == TerritoryKind.COMMUNE and 0 in numbers
    if not is_white or len(found) < 2:
        return found
    white = replace(found[0], label=_("0, zone blanche"), tone=0)
    tones = tones_of(len(found) - 1)
    return (white, *(replace(one, tone=tone) for one, tone in zip(found[1:], tones, strict=True)))


@lru_cache(maxsize=_KEPT)
def codes_in_order(choice: MapChoice, grain_code: str, vintage: str, sort: str) -> tuple[str, ...]:
    """List the codes of a layer by name (`nom`), figure (`valeur`) or rank (`rang`), upwards.

    And for overlaps, by number of communes (`blanches`) or of inhabitants (`habitants`) in white.
    """
    layer = layer_of(choice, grain_code, vintage)
    if sort == "nom":
        names = {code: normalise(layer.records[code]["nom"]) for code in layer.values}
        return tuple(sorted(names, key=lambda code: (names[code], code)))
    if sort in {"blanches", "habitants"}:
        white = {
            code: one.n_white if sort == "blanches" else one.white_population
            for code, one in layer.overlaps.items()
        }
        return tuple(sorted(layer.values, key=lambda code: (white.get(code, 0), code)))
    ranked = tuple(layer.ranks)
    return ranked if sort == "rang" else ranked[::-1]


def _found(choice: MapChoice, grain: Grain) -> Mapping[str, float]:
    if choice.is_overlaps:
        return {}
    if choice.card is None:
        return _presences(choice, grain)
    if choice.year is None:
        return {}
    return current_lake().snapshot(choice.card.code, grain.kind, choice.year)


def _hidden(choice: MapChoice, grain: Grain) -> set[str]:
    """Give the territories whose figure exists but is kept secret."""
    if choice.is_overlaps or choice.card is None or choice.year is None:
        return set()
    return current_lake().suppressed(choice.card.code, grain.kind, choice.year)


def _presences(choice: MapChoice, grain: Grain) -> Mapping[str, float]:
    """Count the interventions that touch each commune, or each larger territory."""
    communes = GRAINS["commune"].collection.by_code
    touching: dict[str, set[int]] = defaultdict(set)
    for code, found in touched_communes(choice.counted).items():
        place = communes.get(code, {}).get(grain.parent_key)
        if place is not None:
            touching[place] |= found
    return {code: float(len(found)) for code, found in touching.items()}


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
    content: dict[str, Any] = {
        "maille": grain,
        "unite": layer.unit,
        "decimales": layer.decimals,
        "bornes": layer.breaks,
        "tons": [one.tone for one in layer.classes],
        "valeurs": {code: _short(value) for code, value in layer.values.items()},
        "simule": is_simulated,
    }
    if layer.hidden:
        content["secrets"] = sorted(layer.hidden)
    if layer.circles is not None:
        content["cercles"] = {"rayon": layer.circles.widest, "maximum": layer.circles.largest}
    if layer.overlaps:
        content |= _overlaps_json(choice, layer)
    return _packed(content)


def _overlaps_json(choice: MapChoice, layer: Layer) -> dict[str, Any]:
    """List the programmes of each commune by their place in a list; say the rest in words."""
    if layer.grain.kind == TerritoryKind.COMMUNE:
        places = {code: place for place, code in enumerate(choice.counted)}
        return {
            "noms": [choice.known_programmes[code] for code in choice.counted],
            "presences": {
                code: [places[programme] for programme in one.programmes]
                for code, one in layer.overlaps.items()
                if one.programmes
            },
        }
    return {"phrases": {code: one.sentence for code, one in layer.overlaps.items()}}


def _packed(content: Mapping[str, Any]) -> bytes:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def _short(value: float) -> float | int:
    return int(value) if value == int(value) else round(value, 2)


@lru_cache(maxsize=_KEPT)
def places_json(programmes: tuple[tuple[str, str], ...], vintage: str) -> bytes:
    """Write where programmes are: a point a territory, and their names by territory of each grain.

    Parameters
    ----------
    programmes
        Their codes and names.
    vintage
        The state of the register.
    """
    names: dict[str, dict[str, list[str]]] = {grain: defaultdict(list) for grain in GRAINS}
    communes = GRAINS["commune"].collection.by_code
    for code, name in programmes:
        touched = touched_communes([code])
        for commune in touched:
            names["commune"][commune].append(name)
        for grain in GRAINS.values():
            if grain.kind == TerritoryKind.COMMUNE:
                continue
            counts = Counter(communes.get(one, {}).get(grain.parent_key, "") for one in touched)
            for place, count in counts.items():
                said = ngettext("%(count)s commune", "%(count)s communes", count) % {"count": count}
                names[grain.code][place].append(_("%(name)s : %(said)s") % {
                    "name": name, "said": said
                })  # fmt: skip
    return _packed({"points": _points([code for code, _name in programmes]), "presences": names})


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
