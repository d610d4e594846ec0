"""Writing the lake, and reading what it holds."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from jalon.lake import store
from jalon.lake.errors import MixedLakeError
from jalon.lake.reading import Label, Outline, Reading
from jalon.lake.report import ValidationReport
from jalon.lake.series import read_series
from jalon.lake.store import Lake

from .small import fetched, small_country, small_source, write_parquet

COUNTRY = small_country()
SQUARE = (
    '{"type": "Polygon", "coordinates": [[[5.0, 46.0], [5.2, 46.0], [5.2, 46.2], [5.0, 46.0]]]}'
)


def population(folder, *rows, **changes):
    """Read a small file of populations; `changes` go to the reading."""
    columns = "code_commune_2025 TEXT, annee SMALLINT, population BIGINT"
    path = write_parquet(
        folder, columns, rows or [("01004", 2020, 14_000), ("01004", 2021, 14_500)]
    )
    source = small_source("population-communes")
    reading = read_series(source, fetched(source.slug, path), COUNTRY)
    return replace(reading, **changes)


def turnout(folder):
    """Read a small file of one round."""
    columns = (
        "annee SMALLINT, type TEXT, tour TINYINT, code_commune TEXT, "
        "inscrits INTEGER, votants INTEGER"
    )
    rows = [(2022, "pres", 1, "01004", 1_000, 750), (2022, "pres", 1, "01033", 1_000, 250)]
    source = small_source("participation-elections")
    path = write_parquet(folder, columns, rows)
    return read_series(source, fetched(source.slug, path), COUNTRY)


def other(slug, **brought):
    return Reading(small_source(slug), fetched(slug), ValidationReport(slug), **brought)


@pytest.fixture
def lake(tmp_path):
    """Give a lake with populations and one presidential round."""
    lake = Lake(tmp_path / "lake")
    lake.store(population(tmp_path), COUNTRY)
    lake.store(turnout(tmp_path), COUNTRY)
    return lake


def everything(root):
    return {p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file()}


class TestManifest:
    def test_written_before_derived_products_is_still_read(self, lake):
        content = json.loads(lake.manifest_path.read_text())
        del content["derived"]
        lake.manifest_path.write_text(json.dumps(content))

        again = Lake(lake.root)

        assert again.manifest.derived == {}
        assert again.periods("population") == [2020, 2021]


class TestStore:
    def test_writes_nothing_when_it_already_holds_the_same(self, lake, tmp_path):
        before = everything(lake.root)

        assert lake.store(population(tmp_path), COUNTRY) is False

        assert everything(lake.root) == before

    def test_writes_again_when_the_file_the_reader_or_the_codes_changed(self, lake, tmp_path):
        same = population(tmp_path)
        changes = [
            (replace(same, fetched=replace(same.fetched, sha256="autre")), COUNTRY),
            (replace(same, source=replace(same.source, reader="2")), COUNTRY),
            (same, replace(COUNTRY, fingerprint="autre")),
        ]

        assert [lake.store(reading, country) for reading, country in changes] == [True] * 3

    def test_refuses_to_mix_simulated_and_real_data(self, lake, tmp_path):
        before = everything(lake.root)

        with pytest.raises(MixedLakeError, match="données réelles ; on n’y ajoute pas de données"):
            lake.store(population(tmp_path, is_simulated=True), COUNTRY)

        assert everything(lake.root) == before

    def test_keeps_the_report_and_the_provenance(self, lake):
        status = lake.status()

        stored = status.sources["population-communes"]
        assert (stored.sha256, stored.origin) == ("sha-population-communes", "miroir")
        assert stored.report["lignes"] == 2
        assert status.n_observations == sum(s.n_observations for s in status.sources.values()) > 2
        assert status.n_bytes > 0
        assert not status.is_simulated

    def test_leaves_the_generation_before_readable(self, lake, tmp_path):
        reader = Lake(lake.root)
        old = reader.manifest

        changed = population(tmp_path, ("01004", 2022, 99))
        changed = replace(changed, fetched=replace(changed.fetched, sha256="autre"))
        lake.store(changed, COUNTRY)
        lake.collect()

        assert all((lake.root / "files" / name).is_file() for name in old.file_names())
        assert reader.snapshot("population", "COMMUNE", 2022) == {"01004": 99.0}

    @pytest.mark.parametrize("step", ["_adopt", "write"])
    def test_killed_at_any_moment_leaves_the_previous_state(self, lake, tmp_path, step):
        before = lake.snapshot("population", "COMMUNE", 2021)
        killed = f"""
import os, pathlib, sys
sys.path[:0] = {sys.path!r}
from jalon.lake import manifest, store
from tests.lake import test_store
def die(*_): os._exit(9)
{"store.Lake._adopt = die" if step == "_adopt" else "os.fsync = die"}
reading = test_store.population(pathlib.Path({str(tmp_path)!r}), ("01004", 2021, 1))
changed = test_store.replace(reading.fetched, sha256="autre")
store.Lake(pathlib.Path({str(lake.root)!r})).store(
    test_store.replace(reading, fetched=changed), test_store.COUNTRY)
"""

        done = subprocess.run([sys.executable, "-c", killed], capture_output=True, check=False)

        assert done.returncode == 9, done.stderr.decode()
        assert Lake(lake.root).snapshot("population", "COMMUNE", 2021) == before
        Lake(lake.root).collect()
        assert not list(lake.root.glob("work-*"))

    def test_two_writers_at_once_lose_nothing(self, tmp_path):
        script = f"""
import pathlib, sys
sys.path[:0] = {sys.path!r}
from tests.lake import test_store
folder = pathlib.Path(sys.argv[2]); folder.mkdir()
reading = getattr(test_store, sys.argv[1])(folder)
test_store.Lake(pathlib.Path({str(tmp_path / "lake")!r})).store(reading, test_store.COUNTRY)
"""
        writers = [
            subprocess.Popen([sys.executable, "-c", script, name, str(tmp_path / name)])
            for name in ("population", "turnout")
        ]

        assert [writer.wait(60) for writer in writers] == [0, 0]

        held = set(Lake(tmp_path / "lake").status().sources)
        assert held == {"population-communes", "participation-elections"}


class TestCollect:
    def test_has_nothing_to_do_where_there_is_no_lake(self, tmp_path):
        assert Lake(tmp_path / "nulle-part").collect() == 0

    def test_deletes_what_no_generation_names(self, lake):
        stray = lake.root / "files" / "series-oubliee.parquet"
        stray.touch()
        kept = lake.manifest.file_names()

        assert lake.collect() == 1

        assert {p.name for p in (lake.root / "files").iterdir()} == kept


class TestQueries:
    def test_an_absent_lake_answers_empty_and_is_not_created(self, tmp_path):
        lake = Lake(tmp_path / "nulle-part")

        assert lake.status().is_empty
        assert lake.snapshot("population", "COMMUNE", 2020) == {}
        assert lake.series("population", "COMMUNE", ["01004"]) == []
        assert lake.profile("COMMUNE", "01004") == {}
        assert lake.panel("population").values.shape == (0, 0)
        assert lake.zonings("01004") == {}
        assert lake.tiles() is lake.download("population") is lake.outline("EPCI", "1") is None
        assert not lake.root.exists()

    def test_gives_the_periods_and_the_map_of_one(self, lake):
        assert lake.periods("population") == [2020, 2021]
        assert lake.snapshot("population", "COMMUNE", 2021) == {"01004": 14_500.0}
        assert lake.snapshot("participation-presidentielle", "EPCI", 2022) == {"240100883": 50.0}

    def test_gives_the_series_of_some_territories(self, lake):
        rows = lake.series("participation-presidentielle", "COMMUNE", ["01033", "01004", "99999"])

        assert [tuple(row) for row in rows] == [
            ("01004", 2022, 75.0, 750.0, 1_000.0, None),
            ("01033", 2022, 25.0, 250.0, 1_000.0, None),
        ]

    def test_gives_the_same_series_for_few_and_for_many_territories(self, lake):
        many = [f"{n:05}" for n in range(1, 300)] + ["01004"]

        assert lake.series("population", "COMMUNE", many) == lake.series(
            "population", "COMMUNE", ["01004"]
        )

    def test_gives_all_that_is_known_of_one_territory(self, lake):
        profile = lake.profile("COMMUNE", "01004")

        assert list(profile) == ["participation-presidentielle", "population"]
        assert [row.period for row in profile["population"]] == [2020, 2021]
        assert profile["population"][0].numerator is None

    def test_gives_a_panel_in_the_order_asked_with_nan_for_missing(self, lake):
        panel = lake.panel("population", codes=["99999", "01004"], periods=[2021, 1900])

        assert panel.codes.tolist() == ["99999", "01004"]
        np.testing.assert_array_equal(panel.values, [[np.nan, np.nan], [14_500.0, np.nan]])

    def test_gives_the_whole_panel_sorted(self, lake):
        panel = lake.panel("participation-presidentielle")

        assert panel.codes.tolist() == ["01004", "01033"]
        assert panel.periods.tolist() == [2022]
        np.testing.assert_array_equal(panel.values, [[75.0], [25.0]])

    def test_gives_the_zonings_of_a_commune_and_of_all(self, lake):
        labels = (Label("densite", "01004", "Petites villes"), Label("densite", "01033", "Bourgs"))
        lake.store(other("densite", labels=labels), COUNTRY)

        assert lake.zonings("01004") == {"densite": "Petites villes"}
        assert lake.zoning("densite") == {"01004": "Petites villes", "01033": "Bourgs"}
        assert lake.zoning("ruralite") == {}

    def test_keeps_the_dates_of_a_zoning_and_tells_those_in_force(self, lake):
        ended = Label("zrr", "01004", "classée", date(2017, 7, 1), date(2024, 7, 1))
        lasting = Label("frr", "01004", "FRR", date(2024, 7, 1))
        lake.store(other("zrr", labels=(ended,)), COUNTRY)
        lake.store(other("frr", labels=(lasting,)), COUNTRY)

        assert lake.labels("01004") == [lasting, ended]
        assert lake.zonings("01004") == {"frr": "FRR"}

    def test_gives_the_outlines_of_quartiers_beside_the_others_without_tiles(self, lake):
        of_contours = (Outline("COMMUNE", "01004", "Ambérieu-en-Bugey", SQUARE),)
        lake.store(other("contours", outlines=of_contours), COUNTRY)
        tiles = lake.tiles()

        quartier = (Outline("QPV", "QN00103M", "Les Courbes", SQUARE),)
        lake.store(other("qpv-2024-contours", outlines=quartier), COUNTRY)

        assert lake.outlines("QPV") == [("QN00103M", SQUARE)]
        assert lake.outline("COMMUNE", "01004") is not None
        assert lake.tiles() == tiles

    def test_gives_outlines_and_tiles(self, lake):
        outlines = (
            Outline("COMMUNE", "01004", "Ambérieu-en-Bugey", SQUARE),
            Outline("REGION", "84", "Auvergne-Rhône-Alpes", SQUARE),
        )
        lake.store(other("contours", outlines=outlines), COUNTRY)

        assert lake.outlines("COMMUNE") == [("01004", SQUARE)]
        assert json.loads(lake.outline("REGION", "84")) == json.loads(SQUARE)
        assert lake.outline("REGION", "11") is None
        assert lake.tiles().read_bytes()[:7] == b"PMTiles"

    def test_gives_the_file_of_an_indicator_to_download(self, lake):
        assert lake.download("population").suffix == ".parquet"

    def test_takes_a_hostile_code_as_a_text(self, lake):
        assert lake.profile("COMMUNE", "' OR 1=1 --") == {}
        assert lake.series("population", "COMMUNE", ["') --"]) == []


class TestCutByCode:
    @pytest.fixture
    def cut(self, tmp_path, monkeypatch):
        """Give a lake whose copy by code is in several parts."""
        monkeypatch.setattr(store, "_ROWS_OF_A_PART", 5)
        lake = Lake(tmp_path / "cut")
        codes = ["01004", "01033", "69123"]
        rows = [(code, year, 100 + year) for code in codes for year in range(2015, 2025)]
        lake.store(population(tmp_path, *rows), COUNTRY)
        lake.store(turnout(tmp_path), COUNTRY)
        return lake

    def test_gives_the_same_figures_from_several_files(self, cut):
        uses = cut.manifest.sources["population-communes"].files
        parts = [use for use in uses if use.startswith("by-code/")]

        profile = cut.profile("COMMUNE", "01033")
        series = cut.series("population", "COMMUNE", ["69123", "01004", "00000", "99999"])

        assert len(parts) > 2
        assert [one.period for one in profile["population"]] == list(range(2015, 2025))
        assert profile["participation-presidentielle"][0].value == 25.0
        assert [(one.code, one.period) for one in series] == [
            (code, year) for code in ("01004", "69123") for year in range(2015, 2025)
        ]

    def test_loses_and_repeats_nothing(self, cut):
        whole = cut._rows("SELECT count(*) FROM read_parquet(?)", cut._files("series/population"))
        files = [f for f in cut._files("by-code/") if "population-communes" in f]

        assert cut._rows("SELECT count(*) FROM read_parquet(?)", files) == whole
