"""Reading the lists of programmes: one row for each territory of each intervention."""

from datetime import date

from .codes import Outcome
from .country import Country
from .csvfile import read_rows
from .fetch import FetchedSource
from .list_rows import ListRow
from .reading import CoverageRow, Reading
from .report import Severity, ValidationReport
from .source import Source

_SIREN_LENGTH = 9


def read_programme(source: Source, fetched: FetchedSource, country: Country) -> Reading:
    """Read a list of programme into coverages of today's territories.

    Raises
    ------
    SourceRefusedError
        When the file lacks a column, is cut short, or has more rows in error than declared.
    """
    report = ValidationReport(source.slug)
    reader = _ListReader(source, country, report)
    spoken: set[str] = set()
    for name, path in fetched.paths.items():
        model = source.live_rows.get(name, source.row)
        if model is None or not issubclass(model, ListRow):
            raise TypeError(f"{source.slug} does not declare the rows of a list")
        spoken.update(model.get_programmes(source))
        for line, row in read_rows(path, model, report):
            reader.read(line, row)
    reader.name_the_lost()
    report.check_share(source.max_rejected_share)
    is_live = not {file.name for file in source.files}.issuperset(fetched.paths)
    between = (source.live_rows_between if is_live else None) or source.rows_between
    report.check_total("lignes retenues", report.n_kept, between)
    for programme in source.programmes:
        if programme not in spoken:
            message = "aucun des fichiers lus n’en parle : laissé tel quel"
            report.add(Severity.NOTE, "programme-laisse", message, value=programme)
    programmes = tuple(programme for programme in source.programmes if programme in spoken)
    return Reading(source, fetched, report, tuple(reader.coverages), programmes=programmes)


class _ListReader:
    """Reads the lines of one list one after the other, and remembers the keys met."""

    def __init__(self, source: Source, country: Country, report: ValidationReport) -> None:
        self.source, self.country, self.report = source, country, report
        self.coverages: list[CoverageRow] = []
        self._lines: dict[tuple[str, str, str], int] = {}
        self._lost: dict[tuple[str, str], tuple[int, str]] = {}

    def read(self, line: int, row: ListRow) -> None:
        """Turn one line into its coverages, or set it apart."""
        if not row.is_wanted():
            self.report.add(Severity.NOTE, "hors-objet", "ligne sans acte signé", row=line)
            return
        programme = row.get_programme(self.source)
        if programme not in self.source.programmes:
            self.report.set_apart("programme-inconnu", "programme inconnu", row=line)
            return
        first = self._lines.setdefault((programme, row.site, row.code), line)
        if first != line:
            self.report.set_apart(
                "doublon", f"même identifiant et même code que la ligne {first}",
                row=line, value=f"{row.site} {row.code}",
            )  # fmt: skip
            return
        found = self._find(line, row.code)
        if found is None:
            for intervention in row.get_interventions():
                self._lost.setdefault((programme, intervention), (line, row.get_name()))
            return
        kind, code = found
        if row.is_dated and row.started_on is None:
            self.report.add(
                Severity.NOTE, "date-absente", "date absente : intervention non datée", row=line
            )
        self.report.n_kept += 1
        self.coverages += [
            CoverageRow(
                programme,
                intervention,
                row.get_name() or self._get_default_name(kind, code, intervention),
                kind,
                code,
                row.code,
                self.source.role.value,
                row.started_on,
                self._end(line, row),
                row.latitude,
                row.longitude,
            )
            for intervention in row.get_interventions()
        ]

    def name_the_lost(self) -> None:
        """Note each intervention none of whose territories could be found."""
        kept = {(row.programme, row.intervention_code) for row in self.coverages}
        for (programme, code), (line, name) in self._lost.items():
            if (programme, code) not in kept:
                message = f"{programme} : « {name} » ({code}) perdue, aucun territoire reconnu"
                self.report.add(Severity.NOTE, "intervention-perdue", message, row=line, value=code)

    def _find(self, line: int, declared: str) -> tuple[str, str] | None:
        """Give kind and code of the territory of today, or set the line apart."""
        if len(declared) == _SIREN_LENGTH:
            return self._find_siren(line, declared)
        found = self.country.codes.resolve(declared, on=self.source.in_use_on)
        if declared in found.candidates:
            others = ", ".join(code for code in found.candidates if code != declared)
            message = f"commune séparée depuis : gardée sur celle qui a le code, pas sur {others}"
            self.report.add(Severity.NOTE, "commune-separee", message, row=line, value=declared)
            return "COMMUNE", declared
        if found.outcome is Outcome.AMBIGUOUS:
            self.report.set_apart(
                "code-ambigu",
                f"commune depuis partagée entre {', '.join(found.candidates)} : préciser laquelle",
                row=line, value=declared,
            )  # fmt: skip
        elif found.outcome is Outcome.UNKNOWN:
            self.report.set_apart(
                "code-inconnu", "aucune commune n’a ni n’a eu ce code", row=line, value=declared
            )
        elif found.outcome is Outcome.MOVED:
            self._note_move(line, declared, found.code)
        return None if found.code is None else ("COMMUNE", found.code)

    def _find_siren(self, line: int, siren: str) -> tuple[str, str] | None:
        found = self.country.find_siren(siren)
        if found is None:
            self.report.set_apart(
                "siren-inconnu",
                "aucune commune, intercommunalité ni EPT d’aujourd’hui n’a ce numéro",
                row=line, value=siren,
            )  # fmt: skip
            return None
        kind, code, was_former = found
        if was_former:
            self._note_move(line, siren, code)
        return kind, code

    def _note_move(self, line: int, declared: str, code: str | None) -> None:
        message = f"ancien code, reporté sur {code}"
        self.report.add(Severity.NOTE, "code-reporte", message, row=line, value=declared)

    def _get_default_name(self, kind: str, code: str, intervention: str) -> str:
        """Name an intervention after its territory, or after its number when it covers many."""
        if self.source.slug == "crte":
            return f"Contrat {intervention}"
        return self.country.by_key[kind, code].name

    def _end(self, line: int, row: ListRow) -> date | None:
        """Give the day of the end, unless it comes before the beginning."""
        if row.ended_on and row.started_on and row.ended_on < row.started_on:
            self.report.add(
                Severity.NOTE, "fin-avant-debut", "date de fin avant la signature : non retenue",
                row=line, value=row.ended_on,
            )  # fmt: skip
            return None
        return row.ended_on
