"""Finding the files of a source: mirror, network, kept copy."""

import hashlib
import io
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from rich.console import Console

from jalon.lake import fetch as fetching
from jalon.lake.catalogue import get_source
from jalon.lake.errors import SourceAbsentError
from jalon.lake.fetch import Places, fetch, has_network, locate

CONTENT = b"insee_com,lib_com,id_acv,lib_acv,date_signature\n47001,Agen,acv-003,Agen,\n"


class _Handler(BaseHTTPRequestHandler):
    """A site with a file, a redirection, a page, and the failures of real sites."""

    tries = 0

    def do_HEAD(self):
        self.send_response(200)
        self.end_headers()

    def do_GET(self):
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/file")
            return self.end_headers()
        if self.path == "/missing":
            return self.send_error(404)
        if self.path == "/flaky":
            type(self).tries += 1
            if self.tries == 1:
                return self.send_error(503)
        self.send_response(200)
        kind = "text/html" if self.path == "/page" else "text/csv"
        self.send_header("Content-Type", kind)
        length = len(CONTENT) + (10 if self.path == "/cut" else 0)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(CONTENT)
        return None

    def log_message(self, *_):
        """Keep the output of tests clean."""


@pytest.fixture
def site(monkeypatch):
    """Serve the handler on a free port of this machine."""
    monkeypatch.setattr(fetching.time, "sleep", lambda _: None)
    _Handler.tries = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def acv_at(url):
    source = get_source("acv")
    return replace(source, files=(replace(source.files[0], url=url),))


class TestFetch:
    def test_reads_the_mirror_and_keeps_a_copy(self, tmp_path):
        places = Places(tmp_path / "home", mirror=tmp_path / "mirror")
        path = tmp_path / "mirror" / get_source("acv").files[0].mirror
        path.parent.mkdir(parents=True)
        path.write_bytes(CONTENT)

        found = fetch(get_source("acv"), places, is_online=False)
        path.unlink()
        again = fetch(get_source("acv"), places, is_online=False)

        assert found.sha256 == hashlib.sha256(CONTENT).hexdigest()
        assert found.origin == "miroir"
        assert again == found
        assert again.path.read_bytes() == CONTENT

    @pytest.mark.parametrize("page", ["file", "redirect", "flaky"])
    def test_downloads_what_the_mirror_does_not_have(self, tmp_path, site, page):
        found = fetch(acv_at(f"{site}/{page}"), Places(tmp_path), is_online=True)

        assert found.path.read_bytes() == CONTENT
        assert found.sha256 == hashlib.sha256(CONTENT).hexdigest()
        assert found.origin == f"{site}/{page}"
        assert not list((tmp_path / "sources" / "acv").glob("download-*"))

    @pytest.mark.parametrize(
        ("page", "reason"),
        [("missing", "404"), ("page", "page web"), ("cut", "peer closed|incomplete")],
    )
    def test_says_what_is_absent_and_what_to_do(self, tmp_path, site, page, reason):
        with pytest.raises(SourceAbsentError, match=reason) as absent:
            fetch(acv_at(f"{site}/{page}"), Places(tmp_path), is_online=True)

        assert "--mirror ou JALON_MIRROR" in str(absent.value)
        assert not list((tmp_path / "sources" / "acv").iterdir())

    def test_downloads_the_lists_into_which_the_site_cuts_a_source(self, tmp_path, site):
        source = get_source("autres-dispositifs")
        live = tuple(replace(file, url=f"{site}/file") for file in source.live_files)
        source = replace(source, live_files=live)

        found = fetch(source, Places(tmp_path), is_online=True)

        assert set(found.paths) == {"cites", "fabriques"}
        assert fetch(source, Places(tmp_path), is_online=False) == found

    def test_uses_the_kept_copy_when_the_site_fails(self, tmp_path, site):
        kept = fetch(acv_at(f"{site}/file"), Places(tmp_path), is_online=True)

        assert fetch(acv_at(f"{site}/missing"), Places(tmp_path), is_online=True) == kept

    def test_does_not_touch_the_network_when_offline(self, tmp_path):
        with pytest.raises(SourceAbsentError, match=r"« acv » est absente. La déposer"):
            fetch(acv_at("http://127.0.0.1:9/"), Places(tmp_path), is_online=False)

    def test_draws_a_progress_bar_on_a_terminal(self, tmp_path, site):
        screen = io.StringIO()
        console = Console(file=screen, force_terminal=True, width=120)

        fetch(acv_at(f"{site}/file"), Places(tmp_path), is_online=True, console=console)

        assert "Action cœur de ville" in screen.getvalue()

    def test_ignores_a_copy_whose_file_was_deleted(self, tmp_path, site):
        kept = fetch(acv_at(f"{site}/file"), Places(tmp_path), is_online=True)
        kept.path.unlink()

        with pytest.raises(SourceAbsentError):
            fetch(acv_at(f"{site}/file"), Places(tmp_path), is_online=False)


class TestLocate:
    def test_says_where_each_source_would_come_from(self, tmp_path, site):
        source = acv_at(f"{site}/file")
        places = Places(tmp_path)

        assert locate(source, places).status == "network"
        assert locate(get_source("contours"), places).status == "none"
        assert (
            locate(get_source("territoires"), Places(tmp_path, package=tmp_path)).status == "none"
        )

        fetch(source, places, is_online=True)
        unreachable = replace(source, files=(replace(source.files[0], url=""),))
        assert locate(unreachable, places).status == "kept"

    def test_finds_the_package_of_territories(self, tmp_path, decoupage):
        assert locate(get_source("territoires"), Places(tmp_path, package=decoupage)).status == (
            "package"
        )


class TestHasNetwork:
    def test_asks_the_site_itself(self, site):
        assert has_network(url=site)

    def test_is_false_when_nothing_answers(self, monkeypatch):
        def refuse(*_, **__):
            raise httpx.ConnectTimeout("trop long")

        monkeypatch.setattr(fetching.httpx, "head", refuse)

        assert not has_network(timeout=5)

    def test_does_not_wait_for_a_name_server_that_hangs(self, monkeypatch):
        hangs = threading.Event()
        monkeypatch.setattr(fetching.httpx, "head", lambda *_, **__: hangs.wait(10))

        assert not has_network(timeout=0.05)

        hangs.set()
