"""What a declared source is: who publishes it, where it is found, what may be wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .rows import Row
    from .series_cards import SeriesCard


class SourceKind(StrEnum):
    """What a source brings."""

    TERRITORIES = "TERRITORIES"
    CODES = "CODES"
    COMPLEMENT = "COMPLEMENT"
    PROGRAMME = "PROGRAMME"
    SERIES = "SERIES"
    ZONING = "ZONING"
    CONTOURS = "CONTOURS"
    QUARTIERS = "QUARTIERS"


class Role(StrEnum):
    """The relation of a territory to an intervention, as a list proves it."""

    COVERED = "COVERED"
    SIGNATORY = "SIGNATORY"
    BENEFICIARY = "BENEFICIARY"


@dataclass(frozen=True)
class SourceFile:
    """One file of a source and the places where it may be found.

    `mirror` is a path inside the mirror folder, `package` a path inside the folder of data of
    `@etalab/decoupage-administratif`, `url` an address that answers the file itself.
    """

    name: str
    mirror: str = ""
    package: str = ""
    url: str = ""


@dataclass(frozen=True)
class Source:
    """One official source, declared once.

    `live_files` are downloaded in place of `files` when the official site cuts the list otherwise;
    `live_rows` are then their rows, by name of file. `row` declares columns and types of a CSV
    list; `columns` those of a Parquet or GeoJSON file; `series` where the figures of a table are.
    `max_rejected_share` is the share of rows that may be set apart before the file is refused;
    `rows_between` the number of rows kept outside which it is (`live_rows_between` for live files);
    `total_between` bounds what the figures of each year add up to. `labels` are the classes of a
    zoning. `in_use_on` is the day on which its codes of communes were in use, when it is known and
    matters. `valid_from` is the first day on which what it says holds, `valid_to` the first on
    which it no longer does. `reader` changes whenever the same file would be read differently, so
    that it is read again.
    """

    slug: str
    title: str
    publisher: str
    page_url: str
    vintage: str
    kind: SourceKind
    files: tuple[SourceFile, ...]
    licence: str = "Licence Ouverte 2.0"
    licence_url: str = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
    reader: str = "1"
    row: "type[Row] | None" = None
    live_files: tuple[SourceFile, ...] = ()
    live_rows: Mapping[str, "type[Row]"] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    role: Role = Role.COVERED
    programmes: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    series: "tuple[SeriesCard, ...]" = ()
    depends_on: tuple[str, ...] = ("territoires",)
    max_rejected_share: float = 0.02
    rows_between: tuple[int, int] = (1, 10**9)
    live_rows_between: tuple[int, int] | None = None
    total_between: tuple[int, int] | None = None
    labels: tuple[str, ...] = ()
    in_use_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    notes: tuple[str, ...] = field(default=())
