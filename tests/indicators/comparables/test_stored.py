"""Comparables computed once from the lake, kept in it, and stale as soon as a source changes."""

from dataclasses import replace
from math import isnan
from pathlib import Path

import pytest

from jalon.indicators.comparables import (
    COMPARABLES,
    EQUAL_WEIGHTS,
    comparables_of,
    measure,
    measured_years,
    refresh,
    stored_codes,
)
from jalon.lake.store import Lake

from .small import COUNTRY, MEMBERSHIPS, PEOPLE, fill, read_population


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Give a lake that holds all that is compared."""
    return fill(Lake(tmp_path / "lake"), tmp_path)


def names(lake: Lake) -> set[str]:
    return {path.name for path in (lake.root / "files").iterdir()}


def computed(lake: Lake) -> set[str]:
    return {name for name in names(lake) if name.startswith("comparables")}


class TestMeasure:
    def test_reads_each_variable_of_a_commune(self, lake: Lake) -> None:
        found = measure(lake, MEMBERSHIPS)["COMMUNE"]
        place = found.codes.tolist().index("01004")
        one = {code: values[place] for code, values in found.values.items()}

        assert one["taille"] == 15_000
        assert one["densite"] == pytest.approx(15_000 / (5.56 * 3.87), rel=0.01)
        assert one["ruralite"].tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0]
        assert one["centralite"] == 3
        assert one["croissance"] == pytest.approx(100 * ((15 / 14) ** 0.1 - 1))
        assert one["emploi"] == 40
        assert one["participation"] == 75

    def test_says_what_is_not_known_overseas(self, lake: Lake) -> None:
        found = measure(lake, MEMBERSHIPS)["COMMUNE"]
        place = found.codes.tolist().index("97608")

        for code in ("densite", "participation", "emploi"):
            assert isnan(found.values[code][place])
        assert isnan(found.values["ruralite"][place][0])  # « hors champ » says nothing overseas

    def test_weighs_the_classes_of_communes_by_their_people(self, lake: Lake) -> None:
        found = measure(lake, MEMBERSHIPS)["DEPARTEMENT"]
        place = found.codes.tolist().index("85")

        assert found.values["centralite"][place] == pytest.approx(
            (4 * 55_000 + 1 * 6_000 + 0 * 1_200) / 62_200
        )
        assert found.values["ruralite"][place][[0, 4]] == pytest.approx(
            [55_000 / 62_200, 7_200 / 62_200]
        )

    def test_reads_nothing_after_the_year_asked(self, lake: Lake) -> None:
        found = measure(lake, MEMBERSHIPS, until=2022)["COMMUNE"]

        assert found.values["taille"][0] == 14_000
        assert isnan(found.values["emploi"][0])
        assert isnan(found.values["croissance"][0])

    def test_of_an_empty_lake_is_nothing(self, tmp_path: Path) -> None:
        assert measure(Lake(tmp_path), MEMBERSHIPS) == {}


class TestRefresh:
    def test_computes_once(self, lake: Lake) -> None:
        assert refresh(lake, MEMBERSHIPS) > 0
        before = lake.manifest_path.read_bytes()

        assert refresh(lake, MEMBERSHIPS) is None
        assert lake.manifest_path.read_bytes() == before
        assert lake.is_current(COMPARABLES)

    def test_does_nothing_without_population(self, tmp_path: Path) -> None:
        lake = Lake(tmp_path / "lake")

        assert refresh(lake, MEMBERSHIPS) is None
        assert not lake.root.exists()

    def test_computes_again_when_a_source_changes(self, lake: Lake, tmp_path: Path) -> None:
        refresh(lake, MEMBERSHIPS)
        people = {**PEOPLE, 2023: (54_000, *PEOPLE[2023][1:])}
        changed = read_population(tmp_path, people)
        newer = replace(changed.fetched, sha256="another")
        lake.store(replace(changed, fetched=newer), COUNTRY)

        assert not lake.is_current(COMPARABLES)
        assert comparables_of(lake, "COMMUNE", "01004").figures["taille"] == 15_000
        refresh(lake, MEMBERSHIPS)
        assert lake.is_current(COMPARABLES)
        assert comparables_of(lake, "COMMUNE", "01004").figures["taille"] == 54_000

    def test_computes_again_when_a_file_was_lost(self, lake: Lake) -> None:
        refresh(lake, MEMBERSHIPS)
        before = names(lake)
        lost = next(name for name in before if name.startswith("comparables-voisins"))
        (lake.root / "files" / lost).unlink()

        assert refresh(lake, MEMBERSHIPS) > 0
        assert names(lake) == before

    def test_gives_the_same_files_from_the_same_sources(self, lake: Lake, tmp_path: Path) -> None:
        (tmp_path / "again").mkdir()
        again = fill(Lake(tmp_path / "again" / "lake"), tmp_path / "again")

        refresh(lake, MEMBERSHIPS)
        refresh(again, MEMBERSHIPS)

        assert computed(lake) == computed(again)
        assert len(computed(lake)) == 3

    def test_keeps_what_readers_of_the_generation_before_hold(self, lake: Lake) -> None:
        refresh(lake, MEMBERSHIPS)

        assert lake.collect() == 0
        assert lake.is_current(COMPARABLES)


class TestComparablesOf:
    def test_gives_the_nearest_with_their_reasons(self, lake: Lake) -> None:
        refresh(lake, MEMBERSHIPS)

        first = comparables_of(lake, "COMMUNE", "01004").comparables[0]

        assert (first.code, first.rank) == ("01033", 1)
        assert "même taille" in first.reasons
        assert first.figures["emploi"] == 40

    @pytest.mark.parametrize("kind", ["COMMUNE", "EPCI", "DEPARTEMENT"])
    def test_are_those_kept_at_ingest(self, lake: Lake, kind: str) -> None:
        """Asked with equal weights, they are searched; by default, they are read."""
        refresh(lake, MEMBERSHIPS)
        codes = {"COMMUNE": "85191", "EPCI": "240100883", "DEPARTEMENT": "85"}

        asked = comparables_of(lake, kind, codes[kind], weights=EQUAL_WEIGHTS)

        kept = comparables_of(lake, kind, codes[kind])
        assert asked.codes == kept.codes == stored_codes(lake, kind, codes[kind])
        assert [one.distance for one in asked.comparables] == pytest.approx(
            [one.distance for one in kept.comparables]
        )
        assert asked.codes

    def test_follow_the_weights_asked(self, lake: Lake) -> None:
        refresh(lake, MEMBERSHIPS)

        by_size = comparables_of(lake, "COMMUNE", "85191", weights={"taille": 1}, count=1)

        assert by_size.codes == ["97608"]
        assert by_size.compared == ("taille",)

    def test_say_what_could_not_be_compared(self, lake: Lake) -> None:
        refresh(lake, MEMBERSHIPS)

        mamoudzou = comparables_of(lake, "COMMUNE", "97608")

        assert mamoudzou.unknown == ("densite", "ruralite", "emploi", "participation")
        assert mamoudzou.comparables == ()

    @pytest.mark.parametrize(("kind", "code"), [("COMMUNE", "99999"), ("REGION", "84")])
    def test_are_none_for_what_is_not_compared(self, lake: Lake, kind: str, code: str) -> None:
        refresh(lake, MEMBERSHIPS)

        assert comparables_of(lake, kind, code) is None

    def test_are_none_before_any_computation(self, lake: Lake) -> None:
        assert comparables_of(lake, "COMMUNE", "01004") is None
        assert stored_codes(lake, "COMMUNE", "01004") == []
        assert measured_years(lake) == {}

    def test_say_the_years_compared(self, lake: Lake) -> None:
        refresh(lake, MEMBERSHIPS)

        assert measured_years(lake) == {
            "taille": (2023, 2023),
            "densite": (2023, 2023),
            "croissance": (2013, 2023),
            "emploi": (2023, 2023),
            "participation": (2022, 2022),
        }
