"""The simulated scenario: real shapes, known truth."""

from collections import Counter

import numpy as np
import pytest

from jalon.lake.codes import CodeBook
from jalon.lake.country import Country, MembershipRow, TerritoryRow
from jalon.lake.reading import Reading
from jalon.lake.report import ValidationReport
from jalon.lake.simulate import TrueEffect, get_truth, simulated_readings
from jalon.lake.store import Lake

from .small import fetched, small_source

N = 2_000


def country():
    """Build 2,000 communes of 300 to 90,000 inhabitants, ten to an EPCI."""
    sizes = np.geomspace(300, 90_000, N).astype(int)
    codes = [f"01{n:03}" if n < 1_000 else f"02{n - 1_000:03}" for n in range(N)]
    rows = [TerritoryRow("REGION", "84", "Région")]
    rows += [TerritoryRow("DEPARTEMENT", code, code) for code in ("01", "02")]
    rows += [TerritoryRow("EPCI", f"2000{n:05}", f"CC {n}") for n in range(N // 10)]
    members = []
    for n, (code, size) in enumerate(zip(codes, sizes.tolist(), strict=True)):
        rows.append(TerritoryRow("COMMUNE", code, f"Commune {n}", population=size, zone="metro"))
        parents = (("EPCI", f"2000{n % (N // 10):05}"), ("DEPARTEMENT", code[:2]), ("REGION", "84"))
        members += [MembershipRow("COMMUNE", code, kind, parent) for kind, parent in parents]
    reading = Reading(
        small_source("territoires"), fetched("territoires"), ValidationReport("territoires")
    )
    book = CodeBook(frozenset(codes))
    return Country(tuple(rows), tuple(members), book, "empreinte", (reading,))


COUNTRY = country()


@pytest.fixture(scope="module")
def readings():
    """Draw the scenario once."""
    return {reading.source.slug: reading for reading in simulated_readings(COUNTRY, seed=1)}


@pytest.fixture(scope="module")
def lake(readings, tmp_path_factory):
    """Store the scenario."""
    lake = Lake(tmp_path_factory.mktemp("simule"))
    for reading in readings.values():
        lake.store(reading, COUNTRY)
    return lake


def entered(readings, programme):
    return {row.code: row.started_on for row in readings[programme].coverages}


class TestSimulatedReadings:
    def test_bring_every_source_but_the_contours(self, readings):
        assert set(readings) == {
            "territoires", "acv", "pvd", "va", "france-services", "ort", "ti-2018", "ti-2023",
            "crte", "autres-dispositifs", "population-communes", "emploi-prive-urssaf",
            "participation-elections", "densite", "ruralite", "centralite",
        }  # fmt: skip

    def test_all_say_that_they_are_simulated(self, readings, lake):
        assert all(reading.is_simulated for reading in readings.values())
        assert lake.status().is_simulated
        assert readings["acv"].report.counts == {"simulation": 1}

    def test_put_a_commune_in_one_programme_with_an_effect_at_most(self, readings):
        lists = ("acv", "pvd", "va", "france-services")
        met = Counter(code for slug in lists for code in entered(readings, slug))

        assert set(met.values()) == {1}

    def test_bring_the_eight_indicators_at_every_grain(self, lake):
        assert set(lake.profile("COMMUNE", "01500")) == set(lake.profile("EPCI", "200000001"))
        assert len(lake.profile("FRANCE", "FRANCE")) == 8

    def test_give_the_same_digits_for_the_same_seed(self, readings, lake, tmp_path):
        again = Lake(tmp_path)
        for reading in simulated_readings(COUNTRY, seed=1):
            again.store(reading, COUNTRY)

        assert entered(readings, "pvd") == {
            row.code: row.started_on
            for reading in simulated_readings(COUNTRY, seed=1)
            for row in reading.coverages
            if row.programme == "pvd"
        }
        np.testing.assert_array_equal(
            again.panel("emploi-prive").values, lake.panel("emploi-prive").values
        )

    def test_hide_the_announced_effect_in_parallel_trends(self, readings, lake):
        """The plain difference in differences finds +4 % three years after, and 0 before."""
        days = entered(readings, "acv")
        wave = [code for code, day in days.items() if day.year == 2018]
        treated = {code for slug in ("acv", "pvd", "va") for code in entered(readings, slug)}
        others = [row.code for row in COUNTRY.communes if row.code not in treated]
        others = [code for code in others if COUNTRY.by_key["COMMUNE", code].population >= 10_000]
        panel = lake.panel("emploi-prive", codes=[*wave, *others], periods=range(2014, 2025))
        logs = np.log(panel.values)

        change = logs - logs[:, [3]]  # 2017, the last year before
        difference = change[: len(wave)].mean(0) - change[len(wave) :].mean(0)

        truth = get_truth().effect("acv", "emploi-prive")
        assert difference[:3] == pytest.approx([0, 0, 0], abs=0.02)
        assert difference[7:].mean() == pytest.approx(truth.at(np.array([3]))[0], abs=0.015)


class TestTrueEffect:
    def test_is_zero_before_entry_and_stays_at_its_last_value(self):
        effect = TrueEffect("acv", "emploi-prive", "log", {0: 0.01, 1: 0.02})

        assert effect.at(np.array([-2, -1, 0, 1, 5])).tolist() == [0, 0, 0.01, 0.02, 0.02]

    def test_is_null_when_it_is_not_listed(self):
        effect = get_truth().effect("va", "participation-europeenne")

        assert (effect.unit, effect.at(np.array([0, 3])).tolist()) == ("points", [0.0, 0.0])
