"""An ingest of the Oise: seven territories and two sources, read in a moment."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb

from jalon.lake.catalogue import get_source
from jalon.lake.country import Country
from jalon.lake.fetch import FetchedSource, Places
from jalon.lake.reading import Reading
from jalon.lake.report import ValidationReport
from jalon.lake.source import Source
from jalon.portal import ingest
from jalon.portal.ingest import Result
from tests.territories.countries import country

ACV = """insee_com,lib_com,id_acv,lib_acv,date_signature
60057,Beauvais,acv-010,Beauvais,28-09-2018
60009,Allonne,acv-010,Beauvais,28-09-2018
60029,Auneuil,acv-011,Auneuil,
"""
DENSITE = """insee_com,lib_com,niveau_densite
60057,Beauvais,Centres urbains intermédiaires
60009,Allonne,Ceintures urbaines
60029,Auneuil,Bourgs ruraux
"""


def small_sources() -> list[Source]:
    """Give the territories, a list and a zoning, with totals of their size."""
    return [
        get_source("territoires"),
        replace(get_source("acv"), rows_between=(1, 500)),
        replace(get_source("densite"), rows_between=(1, 500)),
    ]


def source_of_population() -> Source:
    """Give the source of populations, with a total of its size."""
    return replace(get_source("population-communes"), rows_between=(1, 500), total_between=None)


def write_population(mirror: Path, beauvais: int = 56_605) -> None:
    """Put ten years of population in the mirror."""
    (mirror / "panels").mkdir(exist_ok=True)
    people = (("60057", beauvais), ("60009", 1_737), ("60029", 2_900))
    rows = [f"('{c}', {year}, {n})" for c, n in people for year in (2013, 2023)]
    with duckdb.connect() as connection:
        connection.sql(
            f"SELECT * FROM (VALUES {', '.join(rows)}) "  # noqa: S608
            "AS row(code_commune_2025, annee, population)"
        ).write_parquet(str(mirror / "panels" / "population_communes_1968_2023.parquet"))


def places_in(folder: Path) -> Places:
    """Name the home, the mirror and the package of a folder."""
    return Places(folder / "home", folder / "mirror", folder / "package")


def small_places(folder: Path) -> Places:
    """Write the mirror and a package that only has to be there."""
    places = places_in(folder)
    for one in (places.home, places.package, places.mirror / "programmes"):
        one.mkdir(parents=True, exist_ok=True)
    for file in get_source("territoires").files:
        (places.package / file.package).write_text("[]")
    write_acv(places.mirror, ACV)
    write_densite(places.mirror, DENSITE)
    return places


def write_acv(mirror: Path, content: str | bytes) -> None:
    """Put a list of Action cœur de ville in the mirror."""
    content = content.encode() if isinstance(content, str) else content
    (mirror / "programmes" / "liste-acv-com2024.csv").write_bytes(content)


def write_densite(mirror: Path, content: str) -> None:
    """Put a grid of density in the mirror."""
    (mirror / "zonages").mkdir(exist_ok=True)
    (mirror / "zonages" / "densite.csv").write_text(content)


def read_small_country(fetched: Mapping[str, FetchedSource]) -> Country:
    """Stand for `lake.country.read_country`: the Oise, whatever the package says."""
    report = ValidationReport("territoires", n_rows=7, n_kept=7)
    reading = Reading(get_source("territoires"), fetched["territoires"], report)
    return replace(country(former={"60704": "60057"}), readings=(reading,))


def run(places: Places) -> dict[str, Result]:
    """Ingest the small sources and give what became of each."""
    results = ingest.ingest(small_sources(), places=places, is_online=False)
    return {result.source.slug: result for result in results}
