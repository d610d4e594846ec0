"""Files read live from their official address, and the list of the sources."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command

from jalon.core.models import SourceImport
from jalon.interventions.models import Intervention
from jalon.lake.catalogue import get_source
from jalon.lake.fetch import FetchedSource, Places
from jalon.lake.source import Source, SourceFile
from jalon.portal import ingest
from jalon.portal.ingest import Status
from tests.portal.small_ingest import (
    ACV,
    run,
    small_sources,
    write_acv,
)

pytestmark = pytest.mark.django_db


OTHERS = """programme,id,libelle,code,lib_geo,maille
cites_educatives,cite-1,Beauvais,60057,Beauvais,commune
frla,OP1,ACV,60057,Beauvais,commune
pao,pao-1,Allonne,60009,Allonne,commune
"""


@pytest.mark.database
class TestLiveList:
    def test_replaces_only_the_programmes_its_files_speak_about(self, places: Places) -> None:
        others = replace(get_source("autres-dispositifs"), rows_between=(1, 500))
        sources = [*small_sources(), others]
        mirrored = places.mirror / others.files[0].mirror
        mirrored.write_text(OTHERS)
        ingest.ingest(sources, places=places, is_online=False)
        live = {"cites": "id_cite,insee_com\ncite-2,60029\n", "fabriques": "id_fabt,insee_com\n"}
        files = [SourceFile(name, mirror=f"{name}.csv") for name in live]
        for file in files:
            (places.mirror / file.mirror).write_text(live[file.name])
        sources[-1] = replace(others, files=tuple(files))

        ingest.ingest(sources, places=places, is_online=False)

        held = set(Intervention.objects.values_list("programme__code", "code"))
        assert {("frla", "OP1 60057"), ("pao", "pao-1"), ("cites-educatives", "cite-2")} <= held
        assert ("cites-educatives", "cite-1") not in held
        assert SourceImport.objects.get(slug=others.slug).report["comptes"]["programme-laisse"] == 8


@pytest.mark.database
class TestReadLive:
    """The official file of Action cœur de ville, as if it had been downloaded."""

    @pytest.fixture
    def live(self, monkeypatch: pytest.MonkeyPatch) -> set[str]:
        """Give the sources that are read live, to be changed at will."""
        fetch, slugs = ingest.fetch.fetch, {"acv"}

        def download(source: Source, places: Places, **options: Any) -> FetchedSource:
            found = fetch(source, places, **options)
            if source.slug not in slugs:
                return found
            return replace(found, origin=f"https://www.data.gouv.fr/{source.slug}")

        monkeypatch.setattr(ingest.fetch, "fetch", download)
        return slugs

    def dates(self) -> dict[str, bool]:
        return {one.slug: one.read_live_at is not None for one in SourceImport.objects.all()}

    def test_is_noted_with_its_date(self, places: Places, live: set[str]) -> None:
        run(places)

        assert self.dates() == {"territoires": False, "acv": True, "densite": False}

    def test_is_noted_when_the_file_was_already_known(self, places: Places, live: set[str]) -> None:
        live.clear()
        run(places)
        assert not any(self.dates().values())
        live.add("acv")

        assert run(places)["acv"].status is Status.UNCHANGED
        assert self.dates()["acv"]

    def test_is_not_forgotten_when_a_mirror_is_read_again(
        self, places: Places, live: set[str]
    ) -> None:
        run(places)
        live.clear()
        write_acv(places.mirror, ACV.replace("acv-011", "acv-012"))

        assert run(places)["acv"].status is Status.LOADED
        assert self.dates()["acv"]

    def test_is_taken_for_true_of_what_came_from_an_address_before(self, places: Places) -> None:
        run(places)
        SourceImport.objects.filter(slug="acv").update(origin="https://www.data.gouv.fr/acv")

        fill = import_module("jalon.core.migrations.0003_fill_read_live_at").fill
        fill(apps, None)

        assert self.dates() == {"territoires": False, "acv": True, "densite": False}


class TestListing:
    def listing(self, places: Places, **options: str) -> str:
        out = StringIO()
        call_command("ingest", list=True, mirror=places.mirror, stdout=out, **options)
        return out.getvalue()

    @pytest.mark.database
    def test_tells_vintage_licence_date_and_live_reading(self, places: Places) -> None:
        run(places)
        moment = datetime(2026, 11, 23, 12, tzinfo=UTC)
        SourceImport.objects.filter(slug="acv").update(read_live_at=moment, imported_at=moment)

        rows = {row["slug"]: row for row in json.loads(self.listing(places, format="json"))}

        acv, banatic = rows["acv"], rows["banatic"]
        assert (acv["vintage"], acv["licence"]) == ("2024", "Licence Ouverte 2.0")
        assert acv["imported_at"] == acv["live_read_at"] == "2026-11-23T12:00:00+00:00"
        assert (banatic["found"], banatic["imported_at"], banatic["live_read_at"]) == (
            "none", None, None
        )  # fmt: skip

    def test_says_it_in_a_table(self, places: Places) -> None:
        run(places)

        lines = self.listing(places).splitlines()

        [acv] = [line for line in lines if line.split()[:1] == ["acv"]]
        assert "2024" in acv
        assert "Licence Ouverte 2.0" in acv
        assert "jamais" in acv
