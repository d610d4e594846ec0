"""Figures written line by line, in CSV and in NDJSON, a lot at a time."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping

from jalon.lake.queries import Observation

FIGURE = ("code", "annee", "valeur", "statut", "numerateur", "denominateur")
BEFORE = ("indicateur", "maille")
AFTER = ("unite", "source", "millesime", "licence", "simule")

Said = Mapping[str, str]
Years = Iterable[tuple[Said, Iterable[Iterable[Observation]]]]


def status_of(one: Observation) -> str:
    """Say whether a figure is given or kept secret; a missing one is no observation at all."""
    return "observe" if one.status is None else "secret"


def csv_chunks(years: Years) -> Iterator[bytes]:
    """Write figures as CSV: UTF-8, comma, point as decimal mark.

    Parameters
    ----------
    years
        For each indicator, what is the same on each of its lines, and its figures by lots.
    """
    yield _csv_line([*BEFORE, *FIGURE, *AFTER])
    for said, lots in years:
        before = _csv_line([said[name] for name in BEFORE]).removesuffix(b"\r\n").decode()
        after = _csv_line([said[name] for name in AFTER]).decode()
        for lot in lots:
            yield "".join(
                f"{before},{one.code},{one.period},{_cell(one.value)},{status_of(one)},"
                f"{_cell(one.numerator)},{_cell(one.denominator)},{after}"
                for one in lot
            ).encode()


def _csv_line(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()


def _cell(value: float | None) -> str:
    return "" if value is None else repr(value)


def ndjson_chunks(years: Years) -> Iterator[bytes]:
    """Write figures as one JSON object a line, with the same keys as the columns of the CSV."""
    for said, lots in years:
        before = _members(said, BEFORE)
        after = _members({**said, "simule": said["simule"] == "oui"}, AFTER)
        for lot in lots:
            yield "".join(
                f'{{{before},"code":"{one.code}","annee":{one.period},"valeur":{_json(one.value)},'
                f'"statut":"{status_of(one)}","numerateur":{_json(one.numerator)},"denominateur":{_json(one.denominator)},'
                f"{after}}}\n"
                for one in lot
            ).encode()


def _members(said: Mapping[str, object], names: Iterable[str]) -> str:
    named = {name: said[name] for name in names}
    return json.dumps(named, ensure_ascii=False, separators=(",", ":"))[1:-1]


def _json(value: float | None) -> str:
    return "null" if value is None else repr(value)
