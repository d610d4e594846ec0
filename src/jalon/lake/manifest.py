"""The manifest of the lake: which files are the current ones, swapped in one rename."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

_FORMAT = 2  # 2: figures bear a status; an older lake is read again from its sources


@dataclass(frozen=True)
class StoredSource:
    """One source as the lake holds it: where it came from, and its files by use."""

    slug: str
    sha256: str
    reader: str
    inputs: str
    vintage: str
    origin: str
    fetched_at: datetime
    stored_at: datetime
    n_rows: int
    n_observations: int
    files: Mapping[str, str]
    report: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Manifest:
    """One generation of the lake. `is_simulated` is that of every source in it."""

    generation: int = 0
    is_simulated: bool = False
    sources: Mapping[str, StoredSource] = field(default_factory=dict)

    def with_source(self, stored: StoredSource, *, is_simulated: bool) -> Self:
        """Give the next generation, with one source added or replaced."""
        sources = {**self.sources, stored.slug: stored}
        generation = self.generation + 1
        return replace(self, generation=generation, is_simulated=is_simulated, sources=sources)

    def file_names(self) -> set[str]:
        """Give the names of all the files of this generation."""
        return {name for source in self.sources.values() for name in source.files.values()}

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a manifest; one that does not exist, or is of another format, is empty."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        if content["format"] != _FORMAT:
            return cls()
        sources = {
            slug: StoredSource(
                **{
                    **fields,
                    "slug": slug,
                    "fetched_at": datetime.fromisoformat(fields["fetched_at"]),
                    "stored_at": datetime.fromisoformat(fields["stored_at"]),
                }
            )
            for slug, fields in content["sources"].items()
        }
        return cls(content["generation"], content["is_simulated"], sources)

    def write(self, path: Path) -> None:
        """Write the manifest beside its place, then rename it: it is there whole, or not at all."""
        content = {
            "format": _FORMAT,
            "generation": self.generation,
            "is_simulated": self.is_simulated,
            "sources": {slug: _as_json(stored) for slug, stored in self.sources.items()},
        }
        partial = path.with_name(f"{path.name}.part-{os.getpid()}")
        with partial.open("w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)


def _as_json(stored: StoredSource) -> dict[str, Any]:
    fields = asdict(stored)
    del fields["slug"]
    dates = {name: fields[name].isoformat() for name in ("fetched_at", "stored_at")}
    return fields | dates
