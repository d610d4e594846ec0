"""Reading INSEE's movements of communes."""

from typing import Annotated

from pydantic import BeforeValidator

from . import catalogue
from .csvfile import read_rows
from .events import MODALITIES, STATUSES, Movement
from .fetch import FetchedSource
from .reading import Reading
from .report import Severity, ValidationReport
from .rows import OldDay, RequiredText, Row, Text, column


def parse_status(value: str) -> str:
    """Read what a place is: COM, COMD, COMA, ARM, or nothing for what came from abroad."""
    if (status := value.strip()) not in STATUSES:
        raise ValueError(f"« {value} » n’est pas un statut (attendu : {', '.join(STATUSES[1:])})")
    return status


Status = Annotated[str, BeforeValidator(parse_status)]


class MovementRow(Row):
    """One line of INSEE's movements of communes."""

    modality: Text = column("MOD")
    effective_on: OldDay = column("DATE_EFF")
    before_status: Status = column("TYPECOM_AV")
    before: Text = column("COM_AV")
    before_name: Text = column("LIBELLE_AV", default="")
    after_status: Status = column("TYPECOM_AP")
    after: RequiredText = column("COM_AP")
    after_name: Text = column("LIBELLE_AP", default="")

    def as_movement(self) -> Movement:
        """Give what the line says."""
        return Movement(**dict(self))


def read_movements(fetched: FetchedSource) -> tuple[Reading, tuple[Movement, ...]]:
    """Read the movements since 1943, those of communes déléguées and associées included.

    Raises
    ------
    SourceRefusedError
        When the file is not what its source declares.
    """
    source = catalogue.get_source("cog-mouvements")
    report = ValidationReport(source.slug)
    rows = read_rows(fetched.path, MovementRow, report)
    movements = _without_duplicates(rows, report)
    for line, row in rows:
        if row.modality not in MODALITIES:
            message = f"modalité « {row.modality} » inconnue : événement daté, mais sans nature"
            report.add(
                Severity.NOTE, "modalite-inconnue", message,
                row=line, column="MOD", value=row.modality,
            )  # fmt: skip
    report.n_kept = len(movements)
    report.check_share(source.max_rejected_share)
    report.check_total("mouvements", report.n_kept, source.rows_between)
    return Reading(source, fetched, report), movements


def _without_duplicates(
    rows: list[tuple[int, MovementRow]], report: ValidationReport
) -> tuple[Movement, ...]:
    """Keep the first of the lines that say the same of the same codes."""
    kept: dict[tuple[object, ...], Movement] = {}
    for line, row in rows:
        one = row.as_movement()
        key = (*one[:4], one.before_status, one.after_status)
        if kept.setdefault(key, one) is not one:
            message = f"le même mouvement revient ({one.effective_on:%Y-%m-%d})"
            report.set_apart("doublon", message, row=line, column="COM_AV", value=one.before)
    return tuple(kept.values())
