"""A lake held in memory: the questions of jalon.lake.store.Lake, answered from a few figures."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

from jalon.lake.manifest import Manifest, StoredSource

STORED_AT = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
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
    manifest: Manifest = field(default_factory=Manifest)
    sha256: str = "p" * 64

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

    def series(self, indicator: str, grain: str, codes: Iterable[str]) -> list[Figure]:
        wanted = set(codes)
        return [one for one in self.figures.get((indicator, grain), []) if one.code in wanted]

    def yearly(self, indicator: str, grain: str, periods: Iterable[int]) -> Iterable[list[Figure]]:
        held = self.figures.get((indicator, grain), [])
        for period in periods:
            yield sorted((o for o in held if o.period == period), key=lambda o: o.code)

    def sources_of(self, indicator: str) -> list[StoredSource]:
        if indicator in self.files or any(name == indicator for name, _grain in self.figures):
            return [self.stored(indicator)]
        return []

    def stored(self, indicator: str) -> StoredSource:
        return StoredSource(
            slug="population-communes", sha256=self.sha256, reader="1", inputs="", vintage="2026",
            origin="miroir", fetched_at=STORED_AT, stored_at=STORED_AT, n_rows=1,
            n_observations=1, files={f"series/{indicator}": "series.parquet"}, report={},
        )  # fmt: skip

    def outlines(self, kind: str) -> list[tuple[str, str]]:
        return self.shapes.get(kind, [])

    def derived(self, product: object) -> None:
        return None

    def tiles(self) -> Path | None:
        return self.archive

    def download(self, indicator: str) -> Path | None:
        return self.files.get(indicator)

    def status(self) -> SimpleNamespace:
        return SimpleNamespace(sources={})
