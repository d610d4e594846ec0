"""The report of validation of one source: what was refused, set apart, repaired, noted."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .errors import SourceRefusedError

KEPT_PER_KIND = 200


class Severity(StrEnum):
    """How much a problem weighs: the file, a row, nothing but a trace."""

    STRUCTURE = "STRUCTURE"
    ROW = "ROW"
    REPAIR = "REPAIR"
    NOTE = "NOTE"


@dataclass(frozen=True)
class Problem:
    """One thing found at one place of a file (row = line number as a spreadsheet shows it)."""

    severity: Severity
    kind: str
    message: str
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        place = [f"ligne {self.row}"] if self.row is not None else []
        place += [f"colonne « {self.column} »"] if self.column else []
        return f"{', '.join(place)} : {self.message}" if place else self.message


@dataclass
class ValidationReport:
    """What reading one source found; filled while reading, then only read.

    At most `KEPT_PER_KIND` problems of each kind are kept in full; all of them are counted.
    `open_line` is the last row of a file that does not end with a new line: wrong, it says that
    the file was cut.
    """

    source: str
    n_rows: int = 0
    n_kept: int = 0
    n_set_apart: int = 0
    n_repaired: int = 0
    is_refused: bool = False
    open_line: int | None = None
    problems: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    _is_cut: bool = field(default=False, init=False, repr=False)

    def add(
        self,
        severity: Severity,
        kind: str,
        message: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: object = None,
        times: int = 1,
    ) -> None:
        """Record a problem, met `times` times."""
        if self.counts[kind] < KEPT_PER_KIND:
            shown = None if value is None else str(value)[:200]
            self.problems.append(Problem(severity, kind, message, row, column, shown))
        self.counts[kind] += times
        if severity is Severity.REPAIR:
            self.n_repaired += times

    def set_apart(
        self,
        kind: str,
        message: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: object = None,
        times: int = 1,
    ) -> None:
        """Record rows that are set apart: they are not loaded, and are counted."""
        self.n_set_apart += times
        self._is_cut |= row is not None and row == self.open_line
        self.add(Severity.ROW, kind, message, row=row, column=column, value=value, times=times)

    def refuse(self, kind: str, message: str, **place: Any) -> SourceRefusedError:
        """Record a structural error and give the exception to raise."""
        self.add(Severity.STRUCTURE, kind, message, **place)
        self.is_refused = True
        self.n_kept = 0
        return SourceRefusedError(self)

    def check_share(self, maximum: float) -> None:
        """Refuse the file when it was cut, or more rows were set apart than the source allows.

        Raises
        ------
        SourceRefusedError
            When the share of rows set apart is above `maximum` (0 to 1).
        """
        if self._is_cut:
            raise self.refuse(
                "fichier-tronque",
                "Le fichier est coupé : sa dernière ligne ne finit pas et elle est en erreur.",
                row=self.open_line,
            )
        if self.n_rows and self.n_set_apart / self.n_rows > maximum:
            share, allowed = 100 * self.n_set_apart / self.n_rows, 100 * maximum
            raise self.refuse(
                "trop-de-lignes-mises-a-part",
                f"{self.n_set_apart} lignes sur {self.n_rows} sont en erreur ({share:.1f} %), "
                f"plus que les {allowed:g} % admis. Première erreur : {self._first_row_error()}",
            )

    def check_total(self, what: str, total: int, between: tuple[int, int]) -> None:
        """Refuse the file when a total lies outside its declared range.

        Raises
        ------
        SourceRefusedError
            When `total` is not between the two bounds, included.
        """
        low, high = between
        if not low <= total <= high:
            raise self.refuse(
                "total-hors-bornes",
                f"{what} : {total} trouvés, entre {low} et {high} attendus. "
                "Le fichier est incomplet, ou ce n’est pas le bon.",
            )

    def _first_row_error(self) -> str:
        return next((str(p) for p in self.problems if p.severity is Severity.ROW), "")

    def summary(self) -> str:
        """Say in one French line what became of the file."""
        if self.is_refused:
            reasons = [str(p) for p in self.problems if p.severity is Severity.STRUCTURE]
            return f"Source « {self.source} » refusée : {' ; '.join(reasons)}"
        return (
            f"{self.n_kept} lignes retenues sur {self.n_rows}, "
            f"{self.n_set_apart} mises à part, {self.n_repaired} réparations"
        )

    def as_json(self) -> dict[str, Any]:
        """Give the report as JSON-able values, with French keys."""
        return {
            "source": self.source,
            "refusée": self.is_refused,
            "lignes": self.n_rows,
            "retenues": self.n_kept,
            "mises_à_part": self.n_set_apart,
            "réparations": self.n_repaired,
            "comptes": dict(sorted(self.counts.items())),
            "constats": [
                {
                    "gravité": problem.severity.value,
                    "nature": problem.kind,
                    "ligne": problem.row,
                    "colonne": problem.column,
                    "valeur": problem.value,
                    "message": problem.message,
                }
                for problem in self.problems
            ],
            "résumé": self.summary(),
        }
