"""Six towns and a village, in a lake and as points, on which resemblance is seen by eye."""

from pathlib import Path

from jalon.indicators.comparables import RURALITIES
from jalon.lake.reading import Label, Outline, Reading
from jalon.lake.report import ValidationReport
from jalon.lake.series import read_series
from jalon.lake.store import Lake
from tests.lake.small import fetched, small_country, small_source, write_parquet

COUNTRY = small_country(movements=())
MEMBERSHIPS = [
    (m.parent_kind, m.parent_code, m.child_code)
    for m in COUNTRY.memberships
    if m.parent_kind in ("EPCI", "DEPARTEMENT")
]
COMMUNES = ("01004", "01033", "69123", "85084", "85165", "85191", "97608")
PEOPLE = {
    2013: (14_000, 15_500, 500_000, 6_100, 1_200, 53_000, 57_000),
    2023: (15_000, 16_000, 520_000, 6_000, 1_200, 55_000, 71_000),
}
JOBS = (6_000, 6_400, 300_000, 3_000, 60, 30_000)  # Mamoudzou is not in the file
TURNOUT = (75, 74, 80, 82, 83, 79)
RURALITY = (0, 0, 0, 4, 4, 0, 0)
CENTRALITY = ("structurant", "structurant", "majeur", "local", None, "majeur", "majeur")


def square(side: float) -> str:
    """Draw a square near the 46th parallel, `side` degrees wide."""
    ring = [[5.0, 46.0], [5.0 + side, 46.0], [5.0 + side, 46.0 + side], [5.0, 46.0 + side]]
    return f'{{"type": "Polygon", "coordinates": [{[*ring, ring[0]]}]}}'


def read_population(folder: Path, people=None) -> Reading:
    """Read the populations of the seven communes."""
    rows = [
        (code, year, n)
        for year, figures in (people or PEOPLE).items()
        for code, n in zip(COMMUNES, figures, strict=True)
    ]
    columns = "code_commune_2025 TEXT, annee SMALLINT, population BIGINT"
    source = small_source("population-communes")
    return read_series(source, fetched(source.slug, write_parquet(folder, columns, rows)), COUNTRY)


def other(slug: str, **brought) -> Reading:
    """Pretend that a source brought this."""
    return Reading(small_source(slug), fetched(slug), ValidationReport(slug), **brought)


def fill(lake: Lake, folder: Path) -> Lake:
    """Put all that is compared in a lake."""
    lake.store(read_population(folder), COUNTRY)
    rows = [("communes", code, 2023, n) for code, n in zip(COMMUNES, JOBS, strict=False)]
    columns = "echelon TEXT, code TEXT, year INTEGER, eff_total BIGINT"
    source = small_source("emploi-prive-urssaf")
    path = write_parquet(folder, columns, rows)
    lake.store(read_series(source, fetched(source.slug, path), COUNTRY), COUNTRY)
    rows = [(2022, "pres", 1, c, 100, n) for c, n in zip(COMMUNES, TURNOUT, strict=False)]
    columns = (
        "annee SMALLINT, type TEXT, tour TINYINT, code_commune TEXT, "
        "inscrits INTEGER, votants INTEGER"
    )
    source = small_source("participation-elections")
    path = write_parquet(folder, columns, rows)
    lake.store(read_series(source, fetched(source.slug, path), COUNTRY), COUNTRY)
    ruralities = [
        Label("ruralite", c, RURALITIES[r]) for c, r in zip(COMMUNES, RURALITY, strict=True)
    ]
    lake.store(other("ruralite", labels=tuple(ruralities)), COUNTRY)
    centralities = [
        Label("centralite", c, f"Centre {level} d'équipements et de services")
        if level
        else Label("centralite", c, "Communes non centre")
        for c, level in zip(COMMUNES, CENTRALITY, strict=True)
    ]
    lake.store(other("centralite", labels=tuple(centralities)), COUNTRY)
    outlines = tuple(Outline("COMMUNE", code, code, square(0.05)) for code in COMMUNES[:-1])
    lake.store(other("contours", outlines=outlines), COUNTRY)
    return lake
