"""The console script, as somebody types it."""

import sys
from pathlib import Path

import pytest

from jalon.config.cli import main
from jalon.lake.catalogue import SOURCES
from tests.homes import run_jalon


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", ["jalon", *arguments])
    main()


class TestMain:
    @pytest.mark.parametrize("arguments", [(), ("--help",), ("help",), ("-h",)])
    def test_lists_the_commands_in_french(
        self,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        arguments: tuple[str, ...],
    ) -> None:
        run(monkeypatch, *arguments)

        said = capsys.readouterr().out
        assert said.startswith("utilisation : jalon COMMANDE")
        for command in ("demo", "doctor", "evaluate", "impact", "ingest", "serve"):
            assert f"\n  {command} " in said
        assert "collectstatic" not in said

    def test_refuses_an_unknown_command_in_one_line(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as ended:
            run(monkeypatch, "ingerer")

        assert ended.value.code == 2
        assert capsys.readouterr().err == (
            "Erreur : « ingerer » n’est pas une commande. Voir « jalon ».\n"
        )

    def test_passes_the_others_on(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as ended:
            run(monkeypatch, "doctor", "--help")

        assert ended.value.code == 0
        assert capsys.readouterr().out.startswith("utilisation : jalon doctor")


class TestConsoleScript:
    def test_knows_the_commands_of_the_project(self, tmp_path: Path) -> None:
        assert "\n  ingest " in run_jalon(home=tmp_path)
        assert "territoires" in run_jalon("ingest", "--list", "--format", "json", home=tmp_path)

    def test_cuts_nothing_of_a_table_written_to_a_pipe(self, tmp_path: Path) -> None:
        said = run_jalon("ingest", "--list", home=tmp_path)

        for source in SOURCES:
            assert source.slug in said
            assert source.vintage in said
            assert source.licence in said
        assert "…" not in said
