"""`jalon demo`: what it chooses to read, and what it refuses."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from jalon.core.models import SourceImport
from jalon.lake import fetch
from jalon.lake.fetch import Places
from jalon.portal import ingest
from jalon.portal.management.commands import demo
from tests.portal.small_ingest import read_small_country, small_places, small_sources


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the commands that the demo calls instead of running them."""
    called: list[str] = []
    monkeypatch.setattr(demo, "call_command", lambda name, **_: called.append(name))
    monkeypatch.setattr(demo, "gather_static_files", lambda: called.append("static"))
    monkeypatch.setattr(demo.readiness, "migrate", lambda: called.append("migrate"))
    return called


@pytest.fixture
def places(tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch, done: list[str]) -> Places:
    """Give the Oise for country, and no network."""
    places = small_places(tmp_path)
    settings.JALON_HOME = places.home
    monkeypatch.delenv("JALON_MIRROR", raising=False)
    monkeypatch.setattr(fetch, "has_network", lambda: False)
    monkeypatch.setattr(ingest.country, "read_country", read_small_country)
    monkeypatch.setattr(ingest, "with_what_they_need", lambda slugs: small_sources())
    monkeypatch.setattr(
        ingest, "places_of", lambda mirror: Places(places.home, mirror, places.package)
    )
    monkeypatch.setattr(
        demo.simulate, "simulated_readings", lambda country: simulated_from(country.readings)
    )
    return places


def simulated_from(readings) -> list:
    return [replace(reading, is_simulated=True) for reading in readings]


@pytest.mark.django_db
class TestDemo:
    def test_reads_the_mirror_then_evaluates_checks_and_serves(
        self, places: Places, done: list[str]
    ) -> None:
        call_command("demo", mirror=places.mirror, port=8001, stdout=StringIO())

        assert done == ["migrate", "static", "evaluate", "doctor", "serve"]
        assert set(SourceImport.objects.values_list("slug", flat=True)) == {
            "territoires", "acv", "densite",
        }  # fmt: skip
        assert not SourceImport.objects.are_simulated()

    def test_stops_before_serving_when_asked(self, places: Places, done: list[str]) -> None:
        call_command("demo", mirror=places.mirror, no_serve=True, stdout=StringIO())

        assert "serve" not in done

    def test_reads_the_mirror_named_by_the_environment(
        self, places: Places, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("JALON_MIRROR", str(places.mirror))

        call_command("demo", no_serve=True, stdout=StringIO())

        assert SourceImport.objects.filter(slug="acv").exists()

    def test_simulates_when_no_source_can_be_reached(self, places: Places) -> None:
        output = StringIO()

        call_command("demo", no_serve=True, stdout=output)

        assert SourceImport.objects.are_simulated()
        assert "scénario simulé" in output.getvalue()

    def test_simulates_when_asked_whatever_the_environment(
        self, places: Places, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("JALON_MIRROR", str(places.mirror))

        call_command("demo", simulated=True, no_serve=True, stdout=StringIO())

        assert SourceImport.objects.are_simulated()

    def test_keeps_real_data_when_nothing_can_be_reached_any_more(self, places: Places) -> None:
        call_command("demo", mirror=places.mirror, no_serve=True, stdout=StringIO())

        call_command("demo", no_serve=True, stdout=StringIO())

        assert not SourceImport.objects.are_simulated()
        assert SourceImport.objects.count() == 3

    def test_refuses_to_mix(self, places: Places) -> None:
        call_command("demo", mirror=places.mirror, no_serve=True, stdout=StringIO())

        with pytest.raises(CommandError, match="ne se mélangent pas"):
            call_command("demo", simulated=True, no_serve=True, stdout=StringIO())

        assert not SourceImport.objects.are_simulated()

    def test_refuses_a_mirror_with_a_scenario(self, places: Places) -> None:
        with pytest.raises(CommandError, match="l’un ou l’autre"):
            call_command("demo", mirror=places.mirror, simulated=True, stdout=StringIO())

    def test_refuses_a_mirror_that_is_not_a_folder(self, places: Places) -> None:
        with pytest.raises(CommandError, match="n’est pas un dossier"):
            call_command("demo", mirror=places.mirror / "rien", stdout=StringIO())
