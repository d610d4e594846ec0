"""The manifest of the lake: which files are the current ones, swapped in one rename."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from .errors import DamagedLakeError

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
class StoredDerived:
    """One derived product as the lake holds it; `inputs` is the print of all it was made from."""

    slug: str
    inputs: str
    computed_at: datetime
    n_rows: int
    files: Mapping[str, str]


@dataclass(frozen=True)
class Manifest:
    """One generation of the lake. `is_simulated` is that of every source in it."""

    generation: int = 0
    is_simulated: bool = False
    sources: Mapping[str, StoredSource] = field(default_factory=dict)
    derived: Mapping[str, StoredDerived] = field(default_factory=dict)

    def with_source(self, stored: StoredSource, *, is_simulated: bool) -> Self:
        """Give the next generation, with one source added or replaced."""
        sources = {**self.sources, stored.slug: stored}
        generation = self.generation + 1
        return replace(self, generation=generation, is_simulated=is_simulated, sources=sources)

    def with_derived(self, stored: StoredDerived) -> Self:
        """Give the next generation, with one derived product added or replaced."""
        derived = {**self.derived, stored.slug: stored}
        return replace(self, generation=self.generation + 1, derived=derived)

    def files_of(self, use: str) -> list[str]:
        """Give the names of the files that the sources bring for one use."""
        return [source.files[use] for source in self.sources.values() if use in source.files]

    def file_names(self) -> set[str]:
        """Give the names of all the files of this generation."""
        return {name for files in self.all_files() for name in files.values()}

    def all_files(self) -> list[Mapping[str, str]]:
        """Give the files by use of each source and of each derived product."""
        return [
            *(source.files for source in self.sources.values()),
            *(product.files for product in self.derived.values()),
        ]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a manifest; one that does not exist, or is of another format, is empty.

        Raises
        ------
        DamagedLakeError
            When it is not what `write` writes.
        """
        try:
            return cls._from_json(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return cls()
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise DamagedLakeError(
                f"Le manifeste du lac est abîmé : supprimer {path}, puis lancer « jalon ingest », "
                "qui relira les sources."
            ) from error

    @classmethod
    def _from_json(cls, content: dict[str, Any]) -> Self:
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
        derived = {
            slug: StoredDerived(
                **{
                    **fields,
                    "slug": slug,
                    "computed_at": datetime.fromisoformat(fields["computed_at"]),
                }
            )
            for slug, fields in content.get("derived", {}).items()
        }
        return cls(content["generation"], content["is_simulated"], sources, derived)

    def write(self, path: Path) -> None:
        """Write the manifest beside its place, then rename it: it is there whole, or not at all."""
        content = {
            "format": _FORMAT,
            "generation": self.generation,
            "is_simulated": self.is_simulated,
            "sources": {slug: _as_json(stored) for slug, stored in self.sources.items()},
            "derived": {slug: _as_json(stored) for slug, stored in self.derived.items()},
        }
        partial = path.with_name(f"{path.name}.part-{os.getpid()}")
        with partial.open("w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)


def _as_json(stored: StoredSource | StoredDerived) -> dict[str, Any]:
    fields = asdict(stored)
    del fields["slug"]
    dates = {name: at.isoformat() for name, at in fields.items() if isinstance(at, datetime)}
    return fields | dates
