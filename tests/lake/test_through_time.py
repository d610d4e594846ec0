"""The lineage of real communes: their number each year, and every code of the lists of the mirror.

Codes that could not be placed are named here one by one: a new one fails the test.
"""

import csv
import json
from datetime import date

import duckdb
import pytest

from jalon.lake.carrying import Figure, Reason, Rule, carry_series
from jalon.lake.catalogue import TERRITORIES
from jalon.lake.codes import Outcome
from jalon.lake.country import read_country
from jalon.lake.fetch import Places, fetch
from jalon.lake.history import histories
from jalon.lake.series import ROUNDS
from jalon.lake.source import SourceKind

pytestmark = pytest.mark.realdata

TODAY = date(2025, 1, 1)  # the last day that the movements of the mirror know
OVERSEAS = ("975", "977", "978", "98")  # collectivités whose communes are not counted by INSEE
# Code officiel géographique, number of communes on 1 January.
N_COMMUNES = {
    2015: 36_658, 2016: 35_885, 2017: 35_416, 2018: 35_357, 2019: 34_970, 2020: 34_968,
    2021: 34_965, 2022: 34_955, 2023: 34_945, 2024: 34_935, 2025: 34_875,
}  # fmt: skip

# Communes split since, and those absorbed before by one of them: the last day on which a code is
# that of a territory shared today.
SHARED_UNTIL = {
    date(2024, 12, 31): {"15141"},
    date(2023, 12, 31): {"60054", "85084"},
    date(2019, 12, 30): {"14712"},
    date(2018, 12, 31): {"60455", "60694"},
    date(2016, 12, 31): {"14666", "76676"},
    date(2016, 11, 30): {"15031", "15035", "15047", "15171"},
    date(2015, 12, 31): {"85030", "85165", "85212"},
}

LISTS = {
    "programmes/liste-acv-com2024.csv": ("insee_com", date(2024, 1, 1)),
    "programmes/liste-pvd-com2024.csv": ("insee_com", date(2024, 1, 1)),
    "programmes/liste-va-com2024.csv": ("insee_com", date(2024, 1, 1)),
    "programmes/liste-crte-com2023.csv": ("insee_com", date(2023, 1, 1)),
    "programmes/liste-fs-20240801.csv": ("insee_com", date(2024, 8, 1)),
    "programmes/ngeo-anct-cog2023.csv": ("insee_com", date(2023, 1, 1)),
    "programmes/liste-autres-dispositifs.csv": ("code", date(2024, 1, 1)),
    "programmes/ort.csv": ("Code commune", date(2024, 10, 1)),
    "zonages/centralite.csv": ("insee_com", date(2025, 1, 1)),
    "zonages/densite.csv": ("insee_com", date(2025, 1, 1)),
    "zonages/montagne.csv": ("insee_com", date(2025, 1, 1)),
    "zonages/ruralite.csv": ("insee_com", date(2025, 1, 1)),
    "zonages/table_passage_communes_zonages_2025.csv": ("DEPCOM", date(2025, 1, 1)),
    "zonages/zrr_2022.csv": ("insee_code", date(2022, 1, 1)),
    "cog/v_commune_2024.csv": ("COM", date(2024, 1, 1)),
    "cog/v_commune_2025.csv": ("COM", date(2025, 1, 1)),
    "panels/covariables_communes_2014_2017.csv": ("CODGEO", date(2018, 1, 1)),
}
PANELS = {
    "population_communes_1968_2023": ("code_commune_2025", "TRUE", date(2025, 1, 1)),
    "urssaf_emploi_prive_2014_2024": ("code", "echelon = 'communes'", date(2019, 12, 30)),
    **{
        f"participation_communes_1999_2026 {kind} {year}": (
            "code_commune", f"tour = 1 AND type = '{kind}' AND annee = {year}", day,
        )
        for (kind, year), day in ROUNDS.items()
        if year >= 2014
    },
}  # fmt: skip
UNKNOWN = {"participation_communes_1999_2026 legi 2024": {"02899"}}  # borne by no commune ever
# Given up before the day of the list; carried all the same, from the day they were given up.
STALE = {
    "programmes/liste-va-com2024.csv": {"86231"},
    "programmes/liste-autres-dispositifs.csv": {"49232", "71288"},
    "zonages/zrr_2022.csv": {
        "02695", "16010", "19092", "24089", "24314", "25134", "25628", "26219", "56049", "85307",
    },
    "urssaf_emploi_prive_2014_2024": {"27058"},
    "participation_communes_1999_2026 euro 2014": {"14697"},
    "participation_communes_1999_2026 muni 2014": {"14697"},
    "participation_communes_1999_2026 dpmt 2015": {"14697"},
    "participation_communes_1999_2026 regi 2015": {"14697"},
    "participation_communes_1999_2026 legi 2017": {"02344", "44060"},
    "participation_communes_1999_2026 dpmt 2021": {"27676"},
    "participation_communes_1999_2026 regi 2021": {"27676"},
    "participation_communes_1999_2026 legi 2022": {"02344", "14513", "44060", "49144"},
    "participation_communes_1999_2026 euro 2024": {"12076", "14011", "69159"},
    "participation_communes_1999_2026 legi 2024": {
        "02899", "12076", "14011", "14513", "44060", "49144", "69159",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def codes(mirror, decoupage, tmp_path_factory):
    """Read the territories and the movements, once."""
    places = Places(tmp_path_factory.mktemp("accueil"), mirror, decoupage)
    needed = [source for source in TERRITORIES if source.kind is not SourceKind.COMPLEMENT]
    return read_country({s.slug: fetch(s, places, is_online=False) for s in needed}).codes


@pytest.fixture(scope="module")
def lineage(codes):
    return codes.lineage


def rows_of(mirror, name):
    with (mirror / name).open(encoding="utf-8-sig", newline="") as file:
        delimiter = ";" if name.startswith("panels/") else ","
        yield from csv.DictReader(file, delimiter=delimiter)


def codes_of_list(mirror, name):
    column, day = LISTS[name]
    is_wanted = {"TYPECOM": {"COM", "ARM"}, "maille": {"commune"}}
    found = {
        row[column]
        for row in rows_of(mirror, name)
        if all(row[key] in kept for key, kept in is_wanted.items() if key in row)
    }
    return found, day


def codes_of_panel(mirror, name):
    column, condition, day = PANELS[name]
    path = str(mirror / "panels" / f"{name.split()[0]}.parquet")
    query = f"SELECT DISTINCT {column} FROM read_parquet(?) WHERE {condition}"  # noqa: S608
    with duckdb.connect() as connection:
        return {code for (code,) in connection.execute(query, [path]).fetchall()}, day


def shared_since(day):
    """Say which codes of a whole list of that day are those of communes shared since."""
    return {code for last, codes in SHARED_UNTIL.items() if day <= last for code in codes}


class TestNumberOfCommunes:
    @pytest.mark.parametrize("year", N_COMMUNES)
    def test_is_the_official_one_on_1_january(self, lineage, year):
        codes = lineage.codes_on(date(year, 1, 1))

        assert sum(not code.startswith(OVERSEAS) for code in codes) == N_COMMUNES[year]

    @pytest.mark.parametrize("year", [2024, 2025])
    def test_are_those_of_the_list_of_insee(self, lineage, mirror, year):
        rows = rows_of(mirror, f"cog/v_commune_{year}.csv")

        listed = {row["COM"] for row in rows if row["TYPECOM"] == "COM"}

        found = lineage.codes_on(date(year, 1, 1))
        assert {code for code in found if not code.startswith(OVERSEAS)} == listed

    def test_since_1943_each_comes_from_somewhere_and_goes_somewhere(self, lineage):
        for year in (1943, 1960, 1976, 1995, 2014):
            day = date(year, 6, 1)
            then, now = lineage.codes_on(day), lineage.codes_on(TODAY)

            forward = {c for code in then for c in lineage.carry(code, since=day, to=TODAY).codes}
            backward = {c for code in now for c in lineage.carry(code, since=TODAY, to=day).codes}

            from_italy = {"06162", "06163", "97311"} if year == 1943 else set()
            assert now - forward == from_italy
            assert backward == then


class TestEveryCodeOfTheMirror:
    @pytest.mark.parametrize("name", [*LISTS, *PANELS])
    def test_resolves_or_is_named(self, codes, mirror, name):
        found, day = codes_of_list(mirror, name) if name in LISTS else codes_of_panel(mirror, name)

        fates = {code: codes.resolve(code, on=day).outcome for code in found}

        ambiguous = {code for code, fate in fates.items() if fate is Outcome.AMBIGUOUS}
        unknown = {code for code, fate in fates.items() if fate is Outcome.UNKNOWN}
        in_use = codes.lineage.codes_on(day) | codes.arrondissements.keys()
        assert found
        assert ambiguous == shared_since(day) & found
        assert unknown == UNKNOWN.get(name, set())
        assert found - in_use == STALE.get(name, set())

    def test_of_the_qpv_resolves(self, codes, mirror):
        path = mirror / "zonages" / "centroide-4326_qpv.geojson"
        features = json.loads(path.read_text())["features"]
        found = {
            code.strip()
            for feature in features
            for code in feature["properties"]["insee_com"].split(",")
        }

        fates = {codes.resolve(code, on=date(2024, 1, 1)).outcome for code in found}

        assert len(found) == 824
        assert fates == {Outcome.CURRENT}


class TestTurnoutOnTodaysMap:
    @pytest.mark.parametrize(
        ("year", "turnout", "n_shared", "unknown"),
        [
            (2002, 72.84, 34, {"26383", "61022", "88034"}),
            (2007, 85.33, 26, {"26383", "61022", "88034"}),
            (2012, 81.37, 17, set()),
            (2017, 80.02, 6, set()),
            (2022, 76.19, 3, set()),
        ],
    )
    def test_adds_up_to_the_national_one(self, lineage, mirror, year, turnout, n_shared, unknown):
        path = str(mirror / "panels" / "participation_communes_1999_2026.parquet")
        query = (
            "SELECT code_commune, NULL, votants, inscrits FROM read_parquet(?) "
            "WHERE tour = 1 AND type = 'pres' AND annee = ?"
        )
        with duckdb.connect() as connection:
            rows = connection.execute(query, [path, year]).fetchall()
        figures = [Figure(*row) for row in rows]
        day = ROUNDS["pres", year]

        found = carry_series(lineage, figures, Rule.RATIO, since=day, to=TODAY)

        held = [*found.figures, *(one.figure for one in found.unplaced)]
        voters, registered = sum(f.numerator for f in held), sum(f.denominator for f in held)
        assert voters == sum(f.numerator for f in figures)
        assert registered == sum(f.denominator for f in figures)
        assert round(100 * voters / registered, 2) == turnout
        shared = [one for one in found.unplaced if one.reason is Reason.SHARED]
        split = [
            c
            for one in shared
            for c in one.sources
            if len(lineage.carry(c, since=day, to=TODAY).codes) > 1
        ]
        lost = {one.sources for one in found.unplaced if one.reason is Reason.UNKNOWN}
        assert len(split) == n_shared
        assert lost == {(code,) for code in unknown}
        assert len(found.figures) > 34_000

    def test_goes_to_2002_and_back(self, lineage, mirror):
        path = str(mirror / "panels" / "population_communes_1968_2023.parquet")
        query = "SELECT code_commune_2025, population FROM read_parquet(?) WHERE annee = 2023"
        with duckdb.connect() as connection:
            figures = [Figure(*row) for row in connection.execute(query, [path]).fetchall()]
        then = date(2002, 4, 21)
        weights = dict.fromkeys(lineage.codes_on(then), 1.0)

        back = carry_series(lineage, figures, Rule.SUM, since=TODAY, to=then, weights=weights)
        again = carry_series(lineage, back.figures, Rule.SUM, since=then, to=TODAY)

        held = [*again.figures, *(one.figure for one in (*back.unplaced, *again.unplaced))]
        assert sum(one.value for one in held) == pytest.approx(sum(f.value for f in figures))
        same = {f.code: f.value for f in again.figures}
        assert all(same[f.code] == pytest.approx(f.value) for f in figures if f.code in same)
        assert len(same) > 34_800
        assert {one.reason for one in back.unplaced} == {Reason.SHARED}


class TestHistory:
    def test_of_every_commune_is_told_in_a_moment(self, codes, lineage):
        found = histories(lineage, codes.current)

        assert len(lineage.events) == 5_120
        assert sum(bool(events) for events in found.values()) == 4_335
        assert [event.day.year for event in found["01033"]] == [1956, 1966, 1971, 1973, 1985, 2019]
