"""The repository tests itself: its names, its documents, its templates, what it must not hold."""

import ast
import re
import subprocess
import tomllib
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.db import migrations
from django.db.migrations.loader import MigrationLoader
from django.template import engines

from tests.conftest import MIRROR, NO_MIRROR, ROOT

SOURCE = ROOT / "src" / "jalon"
DOCS = ROOT / "docs"
LONGEST_FILE = 450
LARGEST_FILE = 600_000  # bytes; lock files are larger and are not ours
STANDARD_OPTIONS = {"--help", "--version", "--verbosity", "--settings", "--pythonpath"}
STANDARD_OPTIONS |= {"--traceback", "--no-color", "--force-color", "--skip-checks"}


@cache
def kept_files() -> tuple[Path, ...]:
    """List what git holds or would hold."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    paths = (ROOT / name for name in names.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def python_files() -> list[Path]:
    return [path for path in kept_files() if path.suffix == ".py"]


def templates() -> list[Path]:
    return [path for path in kept_files() if path.suffix == ".html" and SOURCE in path.parents]


def relative(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def settings_of_tools() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


class TestCode:
    def test_every_package_says_what_it_holds_in_one_line(self) -> None:
        packages = [path for path in python_files() if path.name == "__init__.py"]
        packages = [path for path in packages if path.parents[1] == SOURCE]

        silent = [p for p in packages if not re.match(r'"""[^\n]+\."""\n', p.read_text())]

        assert packages
        assert relative(silent) == []

    def test_every_package_takes_its_place_in_the_contract(self) -> None:
        contracts = settings_of_tools()["tool"]["importlinter"]["contracts"]
        layers = next(c["layers"] for c in contracts if c.get("exhaustive"))
        places = {name.strip("() ") for layer in layers for name in layer.split("|")}

        packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")}

        assert packages - places == set()

    def test_no_module_is_a_bag_of_utilities(self) -> None:
        bags = [p for p in python_files() if p.stem in {"utils", "helpers", "misc", "common"}]

        assert relative(bags) == []

    def test_a_file_is_read_in_one_sitting(self) -> None:
        long = [p for p in python_files() if len(p.read_text().splitlines()) > LONGEST_FILE]

        assert relative(long) == []

    def test_migrations_are_named(self) -> None:
        unnamed = [p for p in python_files() if re.search(r"migrations/\d{4}_auto", p.as_posix())]

        assert relative(unnamed) == []

    def test_migrations_that_move_data_can_be_undone(self) -> None:
        loader = MigrationLoader(None)
        ours = [m for (_, _), m in loader.disk_migrations.items() if "jalon" in m.__module__]
        moves = [op for m in ours for op in m.operations if isinstance(op, migrations.RunPython)]

        assert ours
        assert [op for op in moves if op.reverse_code is None] == []


class TestRepository:
    def test_names_no_folder_of_a_machine(self) -> None:
        folders = re.compile(rb"/(?:home|root|Users)/\w|/work/(?:main|shared)")
        texts = [p for p in kept_files() if p.suffix not in {".png", ".woff2"}]

        naming = [p for p in texts if folders.search(p.read_bytes())]

        assert relative([p for p in naming if p != Path(__file__)]) == []

    def test_holds_no_large_file(self) -> None:
        large = [p for p in kept_files() if p.stat().st_size > LARGEST_FILE]

        assert relative([p for p in large if p.name != "uv.lock"]) == []

    @pytest.mark.realdata
    def test_holds_no_file_of_the_mirror(self) -> None:
        if not MIRROR.is_dir():
            pytest.skip(NO_MIRROR)
        official = {path.name for path in MIRROR.rglob("*") if path.suffix not in {".md", ""}}

        assert relative([p for p in kept_files() if p.name in official]) == []


class TestDocuments:
    def test_every_dependency_has_its_reason(self) -> None:
        project = settings_of_tools()
        python = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
        for extra in project["project"].get("optional-dependencies", {}).values():
            python += extra
        npm = re.findall(r'"([^"]+)": "[\^\d]', (ROOT / "package.json").read_text())
        page = (DOCS / "reference" / "dependances.md").read_text()
        declared = {re.split(r"[\[<>=]", line)[0] for line in python} | set(npm)

        justified = set(re.findall(r"^\| `([^`]+)` \| \S", page, flags=re.MULTILINE))

        assert justified == declared

    def test_every_command_is_described_with_all_its_options(self) -> None:
        page = (DOCS / "reference" / "ligne-de-commande.md").read_text()
        commands = {name: app for name, app in get_commands().items() if app.startswith("jalon.")}
        missing = []

        for name, app in commands.items():
            section = re.search(rf"^## `jalon {name}\b.*?(?=^## |\Z)", page, re.M | re.S)
            described = section.group() if section else ""
            parser = load_command_class(app, name).create_parser("jalon", name)
            options = {
                option
                for action in parser._actions
                for option in action.option_strings
                if option.startswith("--") and option not in STANDARD_OPTIONS
            }
            missing += [f"jalon {name}"] if not section else []
            missing += [f"jalon {name} {o}" for o in options if f"`{o}" not in described]

        assert commands
        assert sorted(missing) == []

    def test_the_version_has_its_entry_in_the_changelog(self) -> None:
        version = settings_of_tools()["project"]["version"]

        assert f"## [{version}] - " in (ROOT / "CHANGELOG.md").read_text()
        assert f"softwareVersion: {version}" in (ROOT / "publiccode.yml").read_text()

    def test_links_between_documents_resolve(self) -> None:
        pages = [path for path in kept_files() if path.suffix == ".md"]
        broken = []

        for page in pages:
            for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text()):
                if not target.startswith(("http:", "https:", "mailto:")):
                    there = (page.parent / target).exists()
                    broken += [] if there else [f"{page.relative_to(ROOT)}: {target}"]

        assert broken == []

    def test_every_page_is_reached_from_the_index(self) -> None:
        named = re.findall(r"\]\(([^)]+)\)", (DOCS / "index.md").read_text())
        reached = {(DOCS / target).resolve() for target in named}
        pages = [p for p in kept_files() if DOCS in p.parents and p.suffix == ".md"]

        lost = [p for p in pages if p not in reached and p.parent not in reached]

        assert relative([p for p in lost if p.name != "index.md"]) == []

    def test_make_commands_named_in_documents_exist(self) -> None:
        targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
        pages = [path for path in kept_files() if path.suffix == ".md"]

        named = {m for p in pages for m in re.findall(r"[`\n]make ([a-z-]+)", p.read_text())}

        assert named - targets == set()


class _Markup(HTMLParser):
    """What a template may not contain, found in its markup."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.feed(re.sub(r"{%.*?%}|{#.*?#}", "", text, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        self.faults += [f"{tag} {name}=" for name in names if name.startswith("on")]
        if "style" in names:
            self.faults.append(f"{tag} style=")
        if tag == "style":
            self.faults.append("<style>")
        is_data = dict(attrs).get("type") in {"application/json", "importmap"}
        if tag == "script" and "src" not in names and not is_data:
            self.faults.append("inline <script>")


def visible_text(template: str) -> str:
    """Keep what a person reads: no tag, no comment, no attribute."""
    text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", " ", template, flags=re.DOTALL)
    said = re.findall(r"{% (?:block)?translate \"([^\"]+)\"", text)
    return " ".join([re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>", " ", text, flags=re.DOTALL), *said])


# l'État, d'un, qu'il… where l’État, d’un, qu’il are meant
STRAIGHT_APOSTROPHE = re.compile(
    r"\b(?:[cdjlmnst]|qu|aujourd|jusqu|lorsqu|puisqu|quelqu)'\w+", re.IGNORECASE
)
OFFICIAL_LABELS = {"d'équipements"}  # zoning of centralities, as its file writes it


def messages(path: Path) -> list[str]:
    """Give the texts of a module, but its docstrings."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    documented = [n.body[0] for n in nodes if getattr(n, "body", None) and isinstance(n.body, list)]
    docstrings = {id(first.value) for first in documented if isinstance(first, ast.Expr)}
    constants = [n for n in nodes if isinstance(n, ast.Constant) and id(n) not in docstrings]
    return [constant.value for constant in constants if isinstance(constant.value, str)]


class TestMessages:
    def test_of_the_code_have_curved_apostrophes(self) -> None:
        ours = [path for path in python_files() if SOURCE in path.parents]

        faults = {
            f"{path.name}: {fault}"
            for path in ours
            for message in messages(path)
            for fault in STRAIGHT_APOSTROPHE.findall(message)
            if fault not in OFFICIAL_LABELS
        }

        assert faults == set()


class TestTemplates:
    def test_there_are_some(self) -> None:
        assert templates()

    def test_hold_no_inline_script_or_style(self) -> None:
        faults = {str(p.relative_to(ROOT)): _Markup(p.read_text()).faults for p in templates()}

        assert {path: found for path, found in faults.items() if found} == {}

    def test_pages_extend_the_common_layout(self) -> None:
        pages = [p for p in templates() if not p.name.startswith("_") and p.name != "base.html"]
        pages = [p for p in pages if SOURCE / "core" not in p.parents or p.parent.name == "core"]

        apart = [p for p in pages if not p.read_text().startswith('{% extends "core/base.html" %}')]

        assert relative(apart) == []

    def test_partials_open_by_what_they_receive(self) -> None:
        partials = [p for p in templates() if p.name.startswith("_")]

        silent = [p for p in partials if not p.read_text().startswith(("{#", "{% comment %}"))]

        assert relative(silent) == []

    def test_compile(self) -> None:
        for template in templates():
            engines["django"].from_string(template.read_text())

    def test_speak_french_with_its_typography(self) -> None:
        faults = []

        for template in templates():
            text = visible_text(template.read_text())
            faults += [f"{template.name}: {m}" for m in STRAIGHT_APOSTROPHE.findall(text)]
            faults += [f"{template.name}: ..." for _ in re.findall(r"\w\.\.\.", text)]
            faults += [f"{template.name}: {m}" for m in re.findall(r"\w+ [;:!?»]|« \w+", text)]

        assert faults == []
