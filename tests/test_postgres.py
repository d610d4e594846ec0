"""The throw-away PostgreSQL of the tests."""

import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest

from tests.postgres import HOW_TO_INSTALL, find_binaries, main, throw_away_cluster


@pytest.fixture(scope="module")
def binaries() -> Path:
    found = find_binaries()
    if found is None:
        pytest.skip(f"PostgreSQL was not found; install it with: {HOW_TO_INSTALL}")
    return found


class TestThrowAwayCluster:
    def test_answers_in_french_order_and_leaves_nothing(self, binaries: Path) -> None:
        with throw_away_cluster(binaries) as url:
            folder = Path(unquote(urlsplit(url).netloc.split("@")[1]))
            with psycopg.connect(url) as connection:
                query = "SELECT string_agg(n, ' ' ORDER BY n COLLATE \"fr-x-icu\") FROM (VALUES"
                names = connection.execute(f"{query} ('Zuydcoote'), ('Évry'), ('Eu')) AS t (n)")

                assert names.fetchone() == ("Eu Évry Zuydcoote",)

        assert not folder.exists()


class TestMain:
    def test_gives_the_exit_code_of_the_command(self, binaries: Path) -> None:
        code = "import os, sys; sys.exit(5 if os.environ['DATABASE_URL'] else 0)"

        assert main([sys.executable, "-c", code]) == 5

    def test_says_how_to_install_what_is_missing(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("tests.postgres.find_binaries", lambda: None)

        assert main([sys.executable, "-c", "raise SystemExit(1)"]) == 0
        assert HOW_TO_INSTALL in capsys.readouterr().out
