"""What is derived from several sources: computed by the ingest, checked by doctor, repaired."""

import shutil
import signal
from pathlib import Path

import pytest

from jalon.indicators.comparables import COMPARABLES, comparables_of
from jalon.lake.fetch import Places
from jalon.lake.store import Lake
from jalon.portal import ingest
from jalon.portal.doctor import examine
from tests.portal.small_ingest import (
    read_small_country,
    small_places,
    small_sources,
    source_of_population,
    write_population,
)
from tests.portal.test_ingest_killed import ingest as ingest_in_a_process

POPULATION = source_of_population()


@pytest.fixture
def places(tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> Places:
    """Give an installation of the Oise with its populations, ready to be read."""
    places = small_places(tmp_path)
    write_population(places.mirror)
    settings.JALON_HOME = places.home
    monkeypatch.setattr(ingest.country, "read_country", read_small_country)
    return places


def run(places: Places) -> list[str]:
    sources = [*small_sources(), POPULATION]
    results = ingest.ingest(sources, places=places, is_online=False)
    return [r.source.slug for r in results if r.status is ingest.Status.LOADED]


def said_by_doctor() -> tuple[bool, str]:
    return next((c.ok, c.message) for c in examine().checks if c.name == "derive:comparables")


@pytest.mark.django_db
class TestIngest:
    def test_computes_after_the_sources_and_once(self, places: Places) -> None:
        assert run(places)[-1] == COMPARABLES.slug
        assert run(places) == []

    def test_computes_again_when_one_source_changes(self, places: Places) -> None:
        run(places)
        write_population(places.mirror, beauvais=60_000)

        assert run(places) == [POPULATION.slug, COMPARABLES.slug]
        found = comparables_of(Lake(places.home / "lake"), "COMMUNE", "60057")
        assert found.figures["taille"] == 60_000

    def test_does_nothing_for_a_source_it_does_not_come_from(self, places: Places) -> None:
        run(places)
        with (places.mirror / "zonages" / "densite.csv").open("a") as file:
            file.write("\n")

        assert run(places) == ["densite"]


@pytest.mark.django_db
class TestDoctor:
    def test_says_that_it_is_up_to_date(self, places: Places) -> None:
        run(places)

        is_ok, message = said_by_doctor()

        assert is_ok
        assert "calculées le" in message

    def test_says_what_is_missing_to_compute_it(self, places: Places) -> None:
        ingest.ingest(small_sources(), places=places, is_online=False)

        assert said_by_doctor() == (True, "non calculés : il manque series/population")

    def test_says_that_a_source_has_changed_since(
        self, places: Places, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run(places)
        write_population(places.mirror, beauvais=60_000)
        monkeypatch.setattr(ingest._Ingestion, "derive", lambda *_: [])
        run(places)

        is_ok, message = said_by_doctor()

        assert not is_ok
        assert "jalon ingest" in message

    def test_sees_a_damaged_file(self, places: Places) -> None:
        run(places)
        path = next((places.home / "lake" / "files").glob("comparables-mesures-*"))
        path.write_bytes(b"damaged")

        failed = {check.name: check.message for check in examine().failures}

        assert path.name in failed["lake"]


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder where the ingest with populations was done once."""
    folder = tmp_path_factory.mktemp("derived")
    places = small_places(folder)
    write_population(places.mirror)
    ingest_in_a_process(places.home, f"small:{folder}")
    return folder


class TestKill:
    @pytest.mark.parametrize("moment", ["register", "before-swap", "after-swap"])
    def test_leaves_the_former_product_readable_and_the_next_run_repairs_it(
        self, tmp_path: Path, first: Path, moment: str
    ) -> None:
        folder = tmp_path / "folder"
        shutil.copytree(first, folder)
        write_population(folder / "mirror", beauvais=60_000)
        home = folder / "home"
        lake = Lake(home / "lake")

        killed = ingest_in_a_process(home, f"small:{folder}", COMPARABLES.slug, moment)

        assert killed == -signal.SIGKILL
        figure = 60_000 if moment == "after-swap" else 56_605
        assert comparables_of(lake, "COMMUNE", "60057").figures["taille"] == figure
        assert lake.is_current(COMPARABLES) is (moment == "after-swap")

        assert ingest_in_a_process(home, f"small:{folder}") == 0
        assert lake.is_current(COMPARABLES)
        assert comparables_of(lake, "COMMUNE", "60057").figures["taille"] == 60_000
        assert not list(lake.root.glob("work-*"))
