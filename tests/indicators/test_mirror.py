"""The series of the mirror that cards declare, and the Baromètre, against what is known of them."""

import pytest

from jalon.indicators.card import card_of
from jalon.indicators.sources import all_sources
from jalon.lake.country import read_country
from jalon.lake.fetch import Places, fetch
from jalon.lake.readers import read_source
from jalon.lake.store import Lake

pytestmark = pytest.mark.realdata
_READ = {"barometre", "distance-france-services"}


@pytest.fixture(scope="module")
def places(mirror, decoupage, tmp_path_factory):
    return Places(tmp_path_factory.mktemp("accueil"), mirror, decoupage)


@pytest.fixture(scope="module")
def country(places):
    base = ("territoires", "cog-communes", "cog-mouvements")
    wanted = [source for source in all_sources() if source.slug in base]
    return read_country({s.slug: fetch(s, places, is_online=False) for s in wanted})


@pytest.fixture(scope="module")
def readings(places, country):
    """Read each source, once."""
    wanted = [source for source in all_sources() if source.series or source.slug in _READ]
    return {
        source.slug: read_source(source, fetch(source, places, is_online=False), country)
        for source in wanted
    }


@pytest.fixture(scope="module")
def lake(readings, country, places):
    lake = Lake(places.home / "lake")
    for reading in readings.values():
        lake.store(reading, country)
    return lake


class TestDeclaredSeries:
    def test_set_apart_nothing_but_communes_since_split(self, readings):
        apart = {slug: reading.report.n_set_apart for slug, reading in readings.items()}

        assert apart.pop("acces-et-insertion-communes") == 54
        assert set(apart.values()) == {0}
        assert readings["acces-et-insertion-communes"].report.counts["code-ambigu"] == 54

    def test_jobs_leave_the_parts_of_zones_out(self, lake):
        jobs = lake.snapshot("emploi-total", "ZONE_EMPLOI", 2023)

        assert len(jobs) == 305
        assert sum(jobs.values()) == 26_997_505

    def test_price_is_secret_below_eleven_sales_and_missing_in_alsace(self, lake):
        prices = lake.snapshot("prix-m2-maison", "EPCI", 2024)
        secret = lake.suppressed("prix-m2-appartement", "EPCI", 2024)

        assert len(prices) == 1_188
        assert len(secret) > 250
        assert "246700488" not in prices.keys() | secret  # Eurométropole de Strasbourg
        assert not secret & lake.snapshot("prix-m2-appartement", "EPCI", 2024).keys()

    def test_income_is_secret_in_small_communes(self, lake):
        incomes = lake.snapshot("niveau-de-vie-median", "COMMUNE", 2015)

        assert incomes["60057"] == 17_535.8
        assert "01006" in lake.suppressed("niveau-de-vie-median", "COMMUNE", 2015)
        assert lake.periods("niveau-de-vie-median", "DEPARTEMENT") == []

    def test_permits_add_up_to_the_whole_country(self, lake):
        (*_, last) = lake.series("logements-autorises", "FRANCE", ["FRANCE"])

        assert (last.period, last.value) == (2024, 347_905)

    def test_vacancy_breaks_in_2024(self, lake):
        medians = {}
        for year in (2023, 2024):
            values = sorted(lake.snapshot("logements-vacants-longue-duree", "EPCI", year).values())
            medians[year] = values[len(values) // 2]

        assert medians == {2023: 4.7, 2024: 3.02}


class TestFranceServices:
    def test_came_nearer_year_after_year(self, lake):
        shares = lake.series("habitants-20-km-france-services", "FRANCE", ["FRANCE"])

        assert [(one.period, round(one.value, 1)) for one in shares] == [
            (2020, 87.2), (2021, 98.3), (2022, 99.6), (2023, 99.7), (2024, 99.7)
        ]  # fmt: skip

    def test_opened_in_beauvais_in_2022(self, lake):
        km = {
            o.period: o.value for o in lake.series("distance-france-services", "COMMUNE", ["60057"])
        }

        assert [round(km[year], 1) for year in range(2020, 2025)] == [17.6, 12.9, 0.3, 0.3, 0.3]

    def test_leaves_the_collectivites_out(self, lake):
        measured = lake.snapshot("distance-france-services", "COMMUNE", 2024)

        assert len(measured) == 34_875
        assert max(measured.values()) < 160


class TestBarometre:
    def test_has_a_valid_card_for_each_indicator(self, lake):
        cards = [card_of(content) for content in lake.cards()]

        assert len(cards) == 106
        assert sum(card.scale == "percent" for card in cards) > 30

    def test_keeps_the_last_figure_of_each_year(self, lake):
        rows = lake.series("barometre-ind-200", "FRANCE", ["FRANCE"])

        assert [(row.period, row.value) for row in rows] == [(2023, 79.27), (2024, 83.55)]

    def test_keeps_first_value_target_and_progress(self, lake):
        oise = lake.latest_dated("barometre-ind-263", "DEPARTEMENT")["60"]

        told = {kind: (str(point.day), point.value) for kind, point in oise.items()}
        assert told == {
            "initial": ("2022-12-01", 752.0),
            "current": ("2024-09-01", 823.0),
            "target": ("2026-12-01", 903.0),
            "progress": ("2024-09-01", 47.02),
        }

    def test_says_that_an_indicator_mixes_units(self, lake):
        mixed = [c["code"] for c in lake.cards() if any("même unité" in one for one in c["limits"])]

        assert mixed == ["barometre-ind-905"]
