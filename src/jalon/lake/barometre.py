"""Reading the Baromètre des résultats: its cards from the metadata, its dated figures by year."""

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator

from .aggregate import load_rows
from .country import FRANCE, Country
from .csvfile import read_rows
from .fetch import FetchedSource
from .parquetfile import connect
from .reading import DatedValue, Observations, Reading
from .report import Severity, ValidationReport
from .rows import Row, Text, column, parse_date
from .source import Source

_LARGEST = 1e15
_GRAINS = {"DEPT": "DEPARTEMENT", "REG": "REGION", "NAT": FRANCE}
_KINDS = ("initial", "current", "target", "progress")
_OTHER_UNIT_RATIO = 1_000  # a part this many times larger than the whole is not in the same unit


def parse_figure(value: str) -> float | None:
    """Read a figure; empty gives None; NaN and what is beyond any measure are refused."""
    text = value.strip()
    if not text:
        return None
    try:
        figure = float(text)
    except ValueError:
        figure = math.nan
    if math.isnan(figure):
        raise ValueError(f"« {value} » n’est pas un nombre")
    if abs(figure) > _LARGEST:
        raise ValueError(f"« {value} » dépasse toute grandeur plausible (1e15)")
    return figure


_Figure = Annotated[float | None, BeforeValidator(parse_figure)]
_Day = Annotated[date | None, BeforeValidator(parse_date)]


class ReleaseRow(Row):
    """What is said of one territory on one day."""

    indicator: Text = column("indic_id")
    zone: Text = column("enforce_zone_id")
    day: _Day = column("metric_enforce_date")
    grain: Text = column("maille")
    initial: _Figure = column("indic_vi")
    current: _Figure = column("indic_va")
    target: _Figure = column("indic_vc")
    progress: _Figure = column("indic_ta")


class IndicatorRow(Row):
    """How the Baromètre describes an indicator."""

    indicator: Text = column("indic_id")
    project: Text = column("indic_parent_ch")
    name: Text = column("indic_nom_baro")
    description: Text = column("indic_descr_baro")
    trend: Text = column("tendance")
    evolution: Text = column("indic_categorie_evolution")


class ProjectRow(Row):
    """A project (chantier) and the commitment it serves."""

    project: Text = column("chantier_id")
    name: Text = column("ch_nom")
    commitment: Text = column("engagement_short")


class CommitmentRow(Row):
    """A commitment (engagement)."""

    key: Text = column("engagement_short")
    name: Text = column("engagement_name")


def read_barometre(source: Source, fetched: FetchedSource, country: Country) -> Reading:
    """Read the cards and the dated figures; a year is that of its last figure.

    Raises
    ------
    SourceRefusedError
        When a file cannot be read, lacks a column, or has a row in error.
    """
    report = ValidationReport(source.slug)
    values: list[DatedValue] = []
    for name, path in sorted(fetched.paths.items()):
        if name.startswith("ind-"):
            values += _read_releases(path, country, report)
    report.check_total("lignes", report.n_rows, source.rows_between)
    report.check_share(source.max_rejected_share)
    report.n_kept = report.n_rows - report.n_set_apart
    cards = _read_cards(fetched, values, report)
    known = {card["code"] for card in cards}
    values = [one for one in values if one.indicator in known]
    observations = _yearly(values)
    return Reading(
        source, fetched, report, observations=observations, cards=cards,
        dated_values=tuple(values),
    )  # fmt: skip


def _read_releases(path: Path, country: Country, report: ValidationReport) -> list[DatedValue]:
    values = []
    seen: dict[tuple[str, date], int] = {}
    for line, row in read_rows(path, ReleaseRow, report):
        figures = {kind: getattr(row, kind) for kind in _KINDS}
        told = {kind: value for kind, value in figures.items() if value is not None}
        if not told:
            continue
        grain, code = _GRAINS.get(row.grain, ""), _code_of(row.zone)
        if (grain, code) not in country.by_key:
            report.set_apart(
                "code-inconnu", f"{path.name} : « {row.zone} » n’est pas un territoire connu",
                row=line, column="enforce_zone_id", value=row.zone,
            )  # fmt: skip
        elif row.day is None:
            report.set_apart(
                "date-absente", f"{path.name} : un chiffre sans date",
                row=line, column="metric_enforce_date", value=row.zone,
            )  # fmt: skip
        elif (first := seen.setdefault((row.zone, row.day), line)) != line:
            report.set_apart(
                "doublon", f"{path.name} : même territoire et même jour que la ligne {first}",
                row=line, column="enforce_zone_id", value=row.zone,
            )  # fmt: skip
        else:
            indicator = f"barometre-{row.indicator.lower()}"
            values += [
                DatedValue(indicator, grain, code, row.day, kind, value)
                for kind, value in told.items()
            ]
    return values


def _code_of(zone: str) -> str:
    """Give the code of a zone written D01, R84 or FRANCE."""
    return zone if zone == FRANCE else zone[1:]


def _yearly(values: Sequence[DatedValue]) -> Observations:
    """Keep the last figure of each year, as that of the year."""
    latest: dict[tuple[str, str, str, int], DatedValue] = {}
    for one in values:
        key = (one.indicator, one.grain, one.code, one.day.year)
        if one.kind == "current" and (key not in latest or latest[key].day < one.day):
            latest[key] = one
    connection = connect()
    columns = {
        "indicator": "TEXT", "grain": "TEXT", "code": "TEXT", "period": "INTEGER", "value": "DOUBLE"
    }  # fmt: skip
    load_rows(connection, "latest", columns, [(*key, one.value) for key, one in latest.items()])
    connection.execute(
        "CREATE TABLE observations AS SELECT *, NULL::DOUBLE AS numerator, "
        "NULL::DOUBLE AS denominator, NULL::TEXT AS status FROM latest"
    )
    return Observations(connection, "observations", len(latest))


@dataclass(frozen=True)
class _Seen:
    """What the figures of one indicator look like."""

    values: tuple[DatedValue, ...]

    @property
    def current(self) -> list[DatedValue]:
        return [one for one in self.values if one.kind == "current"]

    @property
    def is_never_negative(self) -> bool:
        return all(one.value >= 0 for one in self.values if one.kind != "progress")

    @property
    def fits_a_percentage(self) -> bool:
        measured = [one.value for one in self.values if one.kind != "progress"]
        return all(0 <= value <= 100 for value in measured)

    @property
    def is_whole(self) -> bool:
        return all(one.value == int(one.value) for one in self.current)

    @property
    def days(self) -> list[date]:
        return sorted({one.day for one in self.current})

    @property
    def mixes_units(self) -> bool:
        """Say whether a part is far larger than the whole it belongs to."""
        whole = [one.value for one in self.current if one.grain == FRANCE]
        parts = [one.value for one in self.current if one.grain != FRANCE]
        return bool(whole and parts) and max(parts) > _OTHER_UNIT_RATIO * max(1.0, max(whole))


# Units that neither the name nor the description of the indicator tells.
_UNITS = {"IND-232": "TWh", "IND-610": "GW", "IND-744": "Md€", "IND-905": "Md€"}
_SHARE = re.compile(r"\b(part|taux|couverture de la|couverture vaccinale|appréciation)\b", re.I)
_SLOWNESS = re.compile(r"\((en mois)\)|\b(délai moyen|durée moyenne)\b", re.I)
_CUMULATED = {
    "cumul_annuel": "Le chiffre est un cumul depuis le 1er janvier : seul celui de décembre vaut "
    "pour l’année.",
    "cumul_non_annuel": "Le chiffre est un cumul depuis l’origine : il ne peut que monter.",
    "glissant": "Le chiffre porte sur douze mois : deux relevés voisins se recouvrent.",
}
_SHORT_NAME = 25  # a name this short ("Taux d’emploi") says nothing without its project


def _read_cards(
    fetched: FetchedSource, values: Sequence[DatedValue], report: ValidationReport
) -> tuple[Mapping[str, Any], ...]:
    """Make the cards from the metadata and from what the figures look like."""
    paths = fetched.paths
    quiet = ValidationReport(report.source)
    projects = {row.project: row for _, row in read_rows(paths["chantiers"], ProjectRow, quiet)}
    commitments = {
        row.key: row.name for _, row in read_rows(paths["engagements"], CommitmentRow, quiet)
    }
    by_indicator: dict[str, list[DatedValue]] = defaultdict(list)
    for one in values:
        by_indicator[one.indicator].append(one)
    cards = []
    for _, row in read_rows(paths["indicateurs"], IndicatorRow, quiet):
        code = f"barometre-{row.indicator.lower()}"
        if row.indicator.lower() not in paths:
            continue
        project = projects.get(row.project)
        theme = commitments.get(project.commitment, "") if project else ""
        cards.append(_card(code, row, project, theme, _Seen(tuple(by_indicator[code]))))
    described = {card["code"] for card in cards}
    for code in sorted(set(by_indicator) - described):
        message = f"{code} : des chiffres, mais aucune description ; laissé de côté"
        report.add(Severity.NOTE, "sans-fiche", message, value=code)
    return tuple(cards)


def _card(
    code: str, row: IndicatorRow, project: ProjectRow | None, theme: str, seen: _Seen
) -> Mapping[str, Any]:
    name, about = _typeset(row.name), _typeset(project.name) if project else ""
    number = int(row.indicator.removeprefix("IND-"))
    unit, scale = _unit(row, seen)
    days = seen.days
    readings_a_year = len(days) / max(1, len({day.year for day in days}))
    description = _typeset(row.description).rstrip(".").strip() or name
    incomplete = _incomplete_year(days)
    return {
        "code": code,
        "order": 1_000 + number,
        "theme": f"Baromètre : {_typeset(theme)}" if theme else "Baromètre",
        "name": f"{name} ({about})" if about and len(name) < _SHORT_NAME else name,
        "short_name": name,
        "in_a_sentence": f"l’indicateur « {name} »",
        "definition": f"{description}. Indicateur du Baromètre des résultats de l’action publique"
        + (f", chantier « {about} »." if about else "."),
        "unit": unit,
        "grain": "DEPARTEMENT",
        "grains": ["DEPARTEMENT", "REGION", "FRANCE"],
        "aggregation": "NONE",
        "aggregation_note": "Le chiffre de chaque territoire est celui que publie le Baromètre ; "
        "aucun n’est recalculé.",
        "direction": "DOWN" if row.trend == "baisse" else "UP",
        "decimals": 0 if scale == "count" else 1 if scale == "percent" else 2,
        "producer": "DITP, Baromètre des résultats",
        "source_slug": "barometre",
        "licence": "Licence Ouverte 2.0",
        "licence_url": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
        "limits": _limits(row, seen),
        "observation": "DURING_YEAR",
        "frequency": "MONTHLY" if readings_a_year > 1 else "YEARLY",
        "publication_delay_days": 60,
        "scale": scale,
        "fitness": {
            "first_usable_period": days[0].year if days else 2022,
            "not_comparable": incomplete,
        },
    }


def _typeset(text: str) -> str:
    """Write a name with typographic apostrophes, as the pages do."""
    return text.replace("'", "’").strip()


def _unit(row: IndicatorRow, seen: _Seen) -> tuple[str, str]:
    """Tell the unit and the scale, from the name and from the figures."""
    if row.indicator in _UNITS:
        return _UNITS[row.indicator], "amount"
    if (_SHARE.search(row.name) or "(en %)" in row.name) and seen.fits_a_percentage:
        return "%", "percent"
    if _SLOWNESS.search(row.name):
        return "mois", "amount"
    if "(en millions)" in row.name:
        return "millions", "amount"
    if not seen.is_never_negative:
        return "unités", "number"
    return "unités", "count" if seen.is_whole else "amount"


def _limits(row: IndicatorRow, seen: _Seen) -> list[str]:
    limits = [
        "La valeur initiale, la cible et le taux d’avancement sont fixés par le Gouvernement ; ils "
        "ne disent rien de ce que l’action publique a causé.",
        "La série annuelle garde le dernier relevé de chaque année ; les autres sont à part.",
    ]
    if row.evolution in _CUMULATED:
        limits.append(_CUMULATED[row.evolution])
    if seen.mixes_units:
        limits.append(
            "Les chiffres des régions et des départements ne sont pas dans la même unité que celui "
            "de la France dans le fichier : ne pas les comparer."
        )
    return limits


def _incomplete_year(days: Sequence[date]) -> list[dict[str, Any]]:
    """Note the last year when its figures stop earlier than those of the year before."""
    if not days:
        return []
    last = days[-1]
    before = [day.month for day in days if day.year == last.year - 1]
    if not before or last.month >= max(before):
        return []
    reason = f"Année incomplète : dernier relevé daté du {last:%d/%m/%Y}."
    return [{"period": last.year, "reason": reason}]
