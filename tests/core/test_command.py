"""What the commands say when they are asked for help, or asked wrongly."""

from io import StringIO
from typing import Any

import pytest

from jalon.core.command import CommandError, CommandParser, JalonCommand


class Measure(JalonCommand):
    help = "mesure quelque chose"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FICHIER", help="fichier lu")
        parser.add_argument("--draws", type=int, help="nombre de tirages")
        self.add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"] == "absent.csv":
            raise CommandError("Le fichier « absent.csv » n’existe pas.")
        if options["file"] == "long.csv":
            raise KeyboardInterrupt
        self.emit_json({"effet": float(options["draws"])})


def run(*arguments: str) -> tuple[int, str, str]:
    """Run as the console script does; give the exit code and what was said."""
    output, errors = StringIO(), StringIO()
    command = Measure(stdout=output, stderr=errors, no_color=True)
    code = 0
    try:
        command.run_from_argv(["jalon", "measure", *arguments])
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, output.getvalue(), errors.getvalue()


class TestHelp:
    def test_speaks_french(self, capsys: pytest.CaptureFixture[str]) -> None:
        code, _, _ = run("--help")

        said = capsys.readouterr().out
        assert code == 0
        assert said.startswith("utilisation : jalon measure")
        assert "mesure quelque chose" in said
        assert "affiche cette aide" in said

    def test_hides_what_django_adds(self, capsys: pytest.CaptureFixture[str]) -> None:
        run("--help")

        said = capsys.readouterr().out
        assert "--pythonpath" not in said
        assert "--verbosity" not in said


class TestErrors:
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ((), "il manque : FICHIER"),
            (("a.csv", "--inconnu"), "argument inconnu : --inconnu"),
            (("a.csv", "--draws"), "--draws attend une valeur"),
            (("a.csv", "--draws", "dix"), "--draws attend un nombre entier, pas 'dix'"),
            (("a.csv", "--format", "xml"), "--format ne peut pas valoir 'xml'"),
        ],
    )
    def test_of_the_command_line_are_one_french_line(
        self, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
    ) -> None:
        code, _, _ = run(*arguments)

        errors = capsys.readouterr().err
        assert code == 2
        assert errors.startswith(f"Erreur : {said}")
        assert errors.count("\n") == 1

    def test_of_the_command_are_one_line_and_an_exit_code(self) -> None:
        code, output, errors = run("absent.csv")

        assert code == 1
        assert output == ""
        assert errors == "Erreur : Le fichier « absent.csv » n’existe pas.\n"

    def test_tell_an_interruption_without_a_trace(self) -> None:
        assert run("long.csv") == (130, "", "Interrompu.\n")

    def test_go_up_to_the_code_that_calls_the_command(self) -> None:
        command = Measure()

        with pytest.raises(CommandError, match="absent"):
            command.execute(file="absent.csv", force_color=False, no_color=True, skip_checks=True)


class TestEmitJson:
    def test_prints_one_document(self) -> None:
        assert run("a.csv", "--draws", "3")[1] == '{\n "effet": 3.0\n}\n'
