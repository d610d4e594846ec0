"""A real SIGKILL of a real process in the middle of a source, then the run that repairs it."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from jalon.lake.catalogue import SOURCES
from jalon.lake.fetch import Places, locate
from jalon.lake.store import Lake
from tests.homes import ROOT, environment, run_jalon
from tests.portal.killed_ingest import MOMENTS
from tests.portal.small_ingest import ACV, DENSITE, small_places, write_acv, write_densite

NEXT_ACV = ACV.replace("Auneuil,acv-011,Auneuil,", "Auneuil,acv-012,Pays de Bray,03-05-2021")
NEXT_DENSITE = DENSITE.replace("Bourgs ruraux", "Petites villes")

# What a reader sees of the register, without the moments of the imports.
CONTENT = (
    "SELECT kind, code, name, population, valid_to FROM territories_territory",
    "SELECT c.code, p.code, m.valid_to FROM territories_membership m"
    " JOIN territories_territory c ON c.id = m.child_id"
    " JOIN territories_territory p ON p.id = m.parent_id",
    "SELECT key, rank, is_name FROM territories_searchkey",
    "SELECT code, territory_id, ceased_on FROM territories_formercode",
    "SELECT code, name, mode FROM interventions_programme",
    "SELECT i.code, i.name, i.started_on, t.code, c.role, c.started_on, c.declared_codes"
    " FROM interventions_coverage c JOIN interventions_intervention i ON i.id = c.intervention_id"
    " JOIN territories_territory t ON t.id = c.territory_id",
    "SELECT slug, sha256, reader, country, n_rows, n_set_apart FROM core_sourceimport",
)


def register_of(home: Path) -> list[list[tuple[object, ...]]]:
    with closing(sqlite3.connect(home / "jalon.sqlite3")) as connection:
        return [sorted(connection.execute(query), key=repr) for query in CONTENT]


def lake_of(home: Path) -> dict[str, tuple[str, list[str]]]:
    stored = Lake(home / "lake").status().sources
    return {slug: (one.sha256, sorted(one.files.values())) for slug, one in stored.items()}


def ingest(home: Path, folder: str, slug: str = "", moment: str = "never") -> int:
    """Ingest in a process of its own; give its exit code, negative when a signal ended it."""
    command = [sys.executable, "-m", "tests.portal.killed_ingest", slug, moment, folder]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(home), capture_output=True, text=True, timeout=600
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr[-3000:]
    return done.returncode


@pytest.fixture(scope="session")
def first_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder where the small ingest was done once."""
    folder = tmp_path_factory.mktemp("first")
    ingest(small_places(folder).home, f"small:{folder}")
    return folder


@pytest.fixture(scope="session")
def next_state(first_state: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the same after newer files were read without any accident."""
    folder = tmp_path_factory.mktemp("next") / "folder"
    shutil.copytree(first_state, folder)
    give_newer_files(folder)
    ingest(folder / "home", f"small:{folder}")
    return folder


def give_newer_files(folder: Path) -> None:
    write_acv(folder / "mirror", NEXT_ACV)
    write_densite(folder / "mirror", NEXT_DENSITE)


class TestKill:
    @pytest.mark.parametrize(
        ("slug", "moment"),
        [
            *(("acv", moment) for moment in MOMENTS),
            ("densite", MOMENTS[2]),
            ("densite", MOMENTS[3]),
        ],
    )
    def test_leaves_the_former_state_readable_and_the_next_run_repairs_it(
        self, tmp_path: Path, first_state: Path, next_state: Path, slug: str, moment: str
    ) -> None:
        folder = tmp_path / "folder"
        shutil.copytree(first_state, folder)
        home = folder / "home"
        (write_acv if slug == "acv" else write_densite)(
            folder / "mirror", NEXT_ACV if slug == "acv" else NEXT_DENSITE
        )

        assert ingest(home, f"small:{folder}", slug, moment) == -signal.SIGKILL

        assert register_of(home) == register_of(first_state / "home")
        is_lake_swapped = moment == "after-swap"
        held = next_state if is_lake_swapped else first_state
        assert lake_of(home)[slug] == lake_of(held / "home")[slug]
        assert Lake(home / "lake").zonings("60057")["densite"] == "Centres urbains intermédiaires"

        give_newer_files(folder)
        assert ingest(home, f"small:{folder}") == 0
        assert register_of(home) == register_of(next_state / "home")
        assert lake_of(home) == lake_of(next_state / "home")
        assert Lake(home / "lake").zonings("60029")["densite"] == "Petites villes"

    def test_of_the_very_first_ingest_leaves_nothing_half_done(
        self, tmp_path: Path, first_state: Path
    ) -> None:
        home = small_places(tmp_path).home

        assert ingest(home, f"small:{tmp_path}", "territoires", "after-swap") == -signal.SIGKILL
        assert all(not rows for rows in register_of(home))

        assert ingest(home, f"small:{tmp_path}") == 0
        assert register_of(home) == register_of(first_state / "home")
        assert lake_of(home) == lake_of(first_state / "home")


@pytest.mark.slow
@pytest.mark.realdata
class TestKillOfTheWholeCountry:
    def test_in_the_middle_of_every_source_is_repaired(
        self, tmp_path: Path, mirror: Path, decoupage: Path
    ) -> None:
        places = Places(tmp_path, mirror, decoupage)
        there = [
            source for source in SOURCES if locate(source, places).status in {"mirror", "package"}
        ]
        assert len(there) > 20
        for rank, source in enumerate(there):
            moment = MOMENTS[rank % len(MOMENTS)]
            if source.slug == "territoires":  # read in the package, never copied
                moment = "register"
            killed = ingest(tmp_path, str(mirror), source.slug, moment)
            assert killed == -signal.SIGKILL, source.slug

        assert ingest(tmp_path, str(mirror)) == 0
        assert '"ok": false' not in run_jalon("doctor", "--format", "json", home=tmp_path)
        before = register_of(tmp_path), lake_of(tmp_path)

        assert ingest(tmp_path, str(mirror)) == 0
        assert (register_of(tmp_path), lake_of(tmp_path)) == before
