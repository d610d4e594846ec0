"""A lake held in memory: the questions of jalon.lake.store.Lake, answered from a few figures."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

SQUARES = {"60057": (2.0, 49.4), "60159": (2.8, 49.4), "60": (2.0, 49.0), "32": (2.0, 49.0)}


def square(code: str) -> str:
    """Draw a tenth of a degree square around a place."""
    west, south = SQUARES[code]
    east, north = west + 0.1, south + 0.1
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


@dataclass(frozen=True)
class Figure:
    """One observation."""

    code: str
    period: int
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    status: str | None = None


@dataclass
class LakeInMemory:
    """Figures by (indicator, grain), outlines by kind, and the path of the tiles."""

    figures: Mapping[tuple[str, str], list[Figure]] = field(default_factory=dict)
    shapes: Mapping[str, list[tuple[str, str]]] = field(default_factory=dict)
    archive: Path | None = None
    files: Mapping[str, Path] = field(default_factory=dict)
    manifest_path: Path = Path("/nowhere/manifest.json")

    def periods(self, indicator: str, grain: str = "COMMUNE") -> list[int]:
        return sorted({one.period for one in self.figures.get((indicator, grain), [])})

    def snapshot(self, indicator: str, grain: str, period: int) -> dict[str, float]:
        held = self.figures.get((indicator, grain), [])
        return {
            one.code: one.value for one in held if one.period == period and one.value is not None
        }

    def suppressed(self, indicator: str, grain: str, period: int) -> set[str]:
        held = self.figures.get((indicator, grain), [])
        return {one.code for one in held if one.period == period and one.status}

    def summary(self, indicator: str) -> list[object]:
        return []

    def source_of(self, indicator: str) -> None:
        return None

    def series(self, indicator: str, grain: str, codes: Iterable[str]) -> list[Figure]:
        wanted = set(codes)
        return [one for one in self.figures.get((indicator, grain), []) if one.code in wanted]

    def outlines(self, kind: str) -> list[tuple[str, str]]:
        return self.shapes.get(kind, [])

    def tiles(self) -> Path | None:
        return self.archive

    def download(self, indicator: str) -> Path | None:
        return self.files.get(indicator)

    def status(self) -> SimpleNamespace:
        return SimpleNamespace(sources={})
