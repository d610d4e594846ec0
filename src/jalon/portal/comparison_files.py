"""A comparison as files: a CSV for a spreadsheet, and an accessible PDF (PDF/A-2a, PDF/UA-1)."""

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _

from jalon.core import french
from jalon.core.charts import Table
from jalon.core.models import SourceImport

from .comparison import Comparison

_TEMPLATE = Path(__file__).with_name("documents") / "comparaison.typ"
_HEADER = (
    "rubrique", "intitule", "nature", "code", "territoire", "annee", "valeur", "unite", "source",
    "licence",
)  # fmt: skip


def as_csv(comparison: Comparison) -> str:
    """Write one line for each figure and each programme: semicolons, decimal commas, BOM."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, delimiter=";", lineterminator="\r\n")
    writer.writerow(_HEADER)
    places = comparison.choice.places
    for one in comparison.latest:
        for place, figure in zip(places, one.figures, strict=True):
            value = "" if figure.value is None else repr(figure.value).replace(".", ",")
            writer.writerow(
                [
                    _("chiffre"), one.card.name, place.kind.lower(), place.code, place.name,
                    figure.year or "", value, one.card.unit, one.card.producer, one.card.licence,
                ]
            )  # fmt: skip
    for name, *cells in comparison.programmes.rows if comparison.programmes else []:
        for place, cell in zip(places, cells, strict=True):
            identity = (place.kind.lower(), place.code, place.name)
            writer.writerow([_("programme"), name, *identity, "", cell, "", "", ""])
    return "\ufeff" + sheet.getvalue()


def as_pdf(comparison: Comparison, address: str) -> bytes:
    """Lay the comparison out as a tagged document, with the figures and sources of the page.

    Everything reaches the template as data (JSON): no text of a person is ever read as source.

    Parameters
    ----------
    comparison
        What is shown.
    address
        Where the same comparison is found online.
    """
    content = json.dumps(_content(comparison, address), ensure_ascii=False)
    pdf = typst.compile(
        _TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"content": content},
        pdf_standards=["a-2a", "ua-1"],
        ignore_system_fonts=True,
    )
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave several files for one document")
    return pdf


def _content(comparison: Comparison, address: str) -> dict[str, Any]:
    today = dt.date.today()  # noqa: DTZ011  (a civil date, in the time of the server)
    names = [place.name for place in comparison.choice.places]
    simulated = SourceImport.objects.are_simulated()
    return {
        "title": _("Comparaison : %s") % ", ".join(names),
        "day": french.date(today),
        "address": address,
        "warning": _("Données simulées : ces chiffres sont ceux d’un scénario de démonstration.")
        if simulated
        else "",
        "tables": [
            _table(table)
            for table in (comparison.identity, comparison.figures, comparison.programmes)
            if table is not None and table.rows
        ],
        "charts": [
            {
                "title": chart.title,
                "svg": chart.standalone_svg(),
                "source": chart.source,
                "note": chart.note,
            }
            for chart in comparison.charts
        ],
        "sources": list(
            dict.fromkeys(
                _("%(name)s : %(producer)s, %(licence)s")
                % {
                    "name": one.card.short_name,
                    "producer": one.card.producer,
                    "licence": one.card.licence,
                }
                for one in comparison.latest
            )
        ),
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "caption": table.caption,
        "header": list(table.header),
        "rows": [[name, *cells] for name, _link, cells in table.written_rows()],
    }
