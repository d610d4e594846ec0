"""What a chart is for a page: a title that says something, a drawing, its table, its source."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from jalon.core import french

from .canvas import standalone

Cell = str | float | int | None


@dataclass(frozen=True)
class Table:
    """The figures of a chart: the first column names the row, the others are values or texts."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    decimals: int | None = None
    links: Sequence[str] = ()  # address of each row, in the same order

    def written_rows(self) -> list[tuple[str, str, list[str]]]:
        """Give each row as its name, its address ("" when none) and its cells written in French."""
        links = self.links or [""] * len(self.rows)
        return [
            (str(first), link, [self._write(cell) for cell in cells])
            for (first, *cells), link in zip(self.rows, links, strict=True)
        ]

    def _write(self, cell: Cell) -> str:
        return cell if isinstance(cell, str) else french.number(cell, self.decimals)

    def csv(self) -> str:
        """Write the table for a French spreadsheet: semicolons, decimal commas, UTF-8 with BOM."""
        sheet = io.StringIO()
        writer = csv.writer(sheet, delimiter=";", lineterminator="\r\n")
        writer.writerow(self.header)
        writer.writerows([_raw(cell) for cell in row] for row in self.rows)
        return "\ufeff" + sheet.getvalue()


def _raw(cell: Cell) -> str:
    if isinstance(cell, float):
        return repr(cell).replace(".", ",")
    return "" if cell is None else str(cell)


@dataclass(frozen=True)
class Chart:
    """One drawing ready for a page (partial `core/_chart.html`)."""

    slug: str
    title: str
    svg: str
    table: Table
    source: str = ""
    note: str = ""
    legend: Sequence[tuple[int, str]] = ()  # of a map: (rank of the colour, label)
    formats: Sequence[str] = field(default=("svg", "csv"))
    query: str = ""  # what the address of the page must keep for an export to find the chart

    def standalone_svg(self) -> str:
        """Give the drawing as a file that can live outside the page."""
        return standalone(self.svg)
