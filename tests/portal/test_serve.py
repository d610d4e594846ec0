"""`jalon serve` says what prevents it, and gathers static files only when needed."""

import socket
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from jalon.portal.static_files import gather_static_files


@pytest.mark.django_db
class TestServe:
    def test_refuses_a_register_that_is_not_up_to_date(self) -> None:
        MigrationRecorder(connection).migration_qs.filter(app="territories").delete()

        with pytest.raises(CommandError, match="jalon migrate"):
            call_command("serve", port=0)

    def test_says_that_a_port_is_taken(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]

            with pytest.raises(CommandError, match=f"essayer --port {port + 1}"):
                call_command("serve", port=port)


class TestGatherStaticFiles:
    @pytest.fixture
    def style(self, settings: Settings, tmp_path: Path) -> Path:
        folder = tmp_path / "files"
        folder.mkdir()
        settings.STATIC_ROOT = tmp_path / "gathered"
        settings.STATICFILES_DIRS = [folder]
        settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
        (folder / "style.css").write_text("a { color: red }")
        return folder / "style.css"

    def test_does_it_once(self, style: Path) -> None:
        assert gather_static_files() is True
        assert gather_static_files() is False

    def test_does_it_again_when_a_file_changes(self, style: Path, tmp_path: Path) -> None:
        gather_static_files()

        style.write_text("a { color: darkblue }")

        assert gather_static_files() is True
        assert "darkblue" in (tmp_path / "gathered" / "style.css").read_text()
