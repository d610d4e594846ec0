"""Filling the register and the lake, one source at a time."""

import fcntl
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import DataError
from django.forms.models import model_to_dict

from jalon.core.models import SourceImport, SourceRefusal
from jalon.interventions.models import Coverage, Intervention, Programme
from jalon.lake.errors import TilesError
from jalon.lake.fetch import Places
from jalon.lake.reading import Reading
from jalon.lake.store import Lake
from jalon.portal import ingest
from jalon.portal.ingest import Status, UnableToIngestError
from jalon.territories.models import Membership, SearchKey, Territory
from tests.portal.small_ingest import ACV, read_small_country, run, small_sources, write_acv

pytestmark = pytest.mark.django_db


def statuses(places: Places) -> list[Status]:
    return [result.status for result in run(places).values()]


def state(places: Places) -> object:
    """Everything the register and the lake hold, but the refusals."""
    models = (Territory, Membership, SearchKey, Programme, Intervention, Coverage, SourceImport)
    rows = [[model_to_dict(row) for row in model.objects.order_by("pk")] for model in models]
    manifest = places.home / "lake" / "manifest.json"
    files = sorted(path.name for path in (places.home / "lake" / "files").glob("*"))
    return rows, json.loads(manifest.read_text()), files


@pytest.mark.database
class TestIngest:
    def test_loads_territories_lists_and_figures(self, places: Places) -> None:
        assert statuses(places) == [Status.LOADED] * 3

        assert Territory.objects.count() == 7
        place = Coverage.objects.get(territory__code="60009")
        assert place.intervention.code == "acv-010"
        assert place.started_on == date(2018, 9, 28)
        assert Lake(places.home / "lake").zonings("60057") == {
            "densite": "Centres urbains intermédiaires"
        }

    def test_keeps_where_a_source_came_from_and_its_report(self, places: Places) -> None:
        run(places)

        kept = SourceImport.objects.get(slug="acv")
        assert (kept.n_rows, kept.n_set_apart, kept.is_simulated) == (3, 0, False)
        assert kept.origin.startswith("miroir")
        assert len(kept.sha256) == 64
        assert kept.report["retenues"] == 3
        assert {found["nature"] for found in kept.report["constats"]} == {"date-absente"}

    def test_changes_nothing_when_done_twice(self, places: Places) -> None:
        run(places)
        before = state(places)

        assert statuses(places) == [Status.UNCHANGED] * 3
        assert state(places) == before

    def test_reads_again_a_file_that_changed_and_leaves_the_others(self, places: Places) -> None:
        run(places)
        write_acv(places.mirror, ACV.replace("Auneuil,acv-011,Auneuil,", "Auneuil,acv-012,Bray,"))

        assert statuses(places) == [Status.UNCHANGED, Status.LOADED, Status.UNCHANGED]
        assert set(Intervention.objects.values_list("code", flat=True)) == {"acv-010", "acv-012"}

    def test_reads_again_what_another_reader_would_read(self, places: Places) -> None:
        run(places)
        sources = [replace(source, reader="another") for source in small_sources()[1:]]

        results = ingest.ingest([small_sources()[0], *sources], places=places, is_online=False)

        assert [result.status for result in results] == [
            Status.UNCHANGED, Status.LOADED, Status.LOADED,
        ]  # fmt: skip

    def test_reads_everything_again_when_the_territories_changed(
        self, places: Places, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run(places)
        monkeypatch.setattr(
            ingest.country,
            "read_country",
            lambda fetched: replace(read_small_country(fetched), fingerprint="autre"),
        )

        assert statuses(places) == [Status.LOADED] * 3

    def test_repairs_a_lake_that_was_emptied(self, places: Places) -> None:
        run(places)
        (places.home / "lake" / "manifest.json").unlink()

        assert statuses(places) == [Status.LOADED] * 3
        assert Lake(places.home / "lake").zonings("60057")

    def test_repairs_a_lake_that_lost_a_file(self, places: Places) -> None:
        run(places)
        [file] = (places.home / "lake" / "files").iterdir()
        file.unlink()

        assert statuses(places) == [Status.UNCHANGED, Status.UNCHANGED, Status.LOADED]
        assert file.is_file()

    @pytest.mark.parametrize("content", [b"", b"damaged"])
    def test_repairs_a_lake_that_has_a_damaged_file(self, places: Places, content: bytes) -> None:
        run(places)
        [file] = (places.home / "lake" / "files").iterdir()
        file.write_bytes(content)

        assert statuses(places) == [Status.UNCHANGED, Status.UNCHANGED, Status.LOADED]
        assert Lake(places.home / "lake").zonings("60057")
        assert statuses(places) == [Status.UNCHANGED] * 3

    @pytest.mark.parametrize("content", ["", "[]", '{"sources": {"acv": {}}}'])
    def test_says_what_to_do_of_a_damaged_manifest(self, places: Places, content: str) -> None:
        run(places)
        manifest = places.home / "lake" / "manifest.json"
        manifest.write_text(content)

        with pytest.raises(UnableToIngestError, match=r"supprimer .*manifest.json, puis lancer"):
            run(places)

        manifest.unlink()
        assert statuses(places) == [Status.LOADED] * 3

    def test_goes_on_when_only_the_previous_manifest_is_damaged(self, places: Places) -> None:
        run(places)
        (places.home / "lake" / "manifest.previous.json").write_text("{")

        assert statuses(places) == [Status.UNCHANGED] * 3

    def test_repairs_a_register_that_was_emptied(self, places: Places) -> None:
        run(places)
        SourceImport.objects.filter(slug="acv").delete()
        Intervention.objects.all().delete()

        assert statuses(places) == [Status.UNCHANGED, Status.LOADED, Status.UNCHANGED]
        assert Intervention.objects.count() == 2

    def test_reports_a_source_that_is_nowhere(self, places: Places) -> None:
        (places.mirror / "zonages" / "densite.csv").unlink()

        absent = run(places)["densite"]

        assert absent.status is Status.ABSENT
        assert "zonages/densite.csv" in absent.message
        assert not SourceImport.objects.filter(slug="densite").exists()

    def test_uses_the_copy_kept_when_the_mirror_is_gone(self, places: Places) -> None:
        run(places)

        alone = replace(places, mirror=None)

        assert statuses(alone) == [Status.UNCHANGED] * 3

    def test_needs_the_territories(self, places: Places) -> None:
        with pytest.raises(UnableToIngestError, match="territoires"):
            run(replace(places, package=None))

        assert not SourceImport.objects.exists()

    def test_keeps_any_other_ingest_out(self, places: Places) -> None:
        with (places.home / "ingest.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)

            with pytest.raises(UnableToIngestError, match="en cours"):
                run(places)


LATIN_1 = ACV.replace("Auneuil", "Auneuil-la-Forêt").encode("latin-1")
REFUSED = {
    "a missing column": (ACV.replace("insee_com", "commune"), "insee_com"),
    "an empty file": ("", "vide"),
    "a truncated file": (ACV.splitlines()[0] + "\n", "0 trouvés"),
    "too many unknown codes": (ACV.replace("60009", "99909"), "ligne 3"),
    "bytes that are no text": (b"\x00\x01PK\x03\x04" * 100, ""),
}


@pytest.mark.database
class TestRefusal:
    @pytest.mark.parametrize(("content", "named"), REFUSED.values(), ids=REFUSED.keys())
    def test_changes_nothing_and_lets_the_others_through(
        self, places: Places, content: str | bytes, named: str
    ) -> None:
        run(places)
        before = state(places)
        write_acv(places.mirror, content)

        results = run(places)

        assert results["acv"].status is Status.REFUSED
        assert "acv" in results["acv"].message
        assert named in results["acv"].message
        assert results["densite"].status is Status.UNCHANGED
        assert state(places) == before

    def test_is_kept_when_the_register_cannot_take_a_source(
        self, places: Places, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run(places)
        before = state(places)
        write_acv(places.mirror, ACV.replace("acv-010", "acv-100"))

        def too_long(**_: object) -> None:
            Intervention.objects.all().delete()
            raise DataError("value too long")

        monkeypatch.setattr(ingest, "load_list", too_long)

        assert run(places)["acv"].status is Status.REFUSED
        assert "value too long" in SourceRefusal.objects.get(slug="acv").message
        assert state(places) == before

    def test_of_a_file_that_no_reader_expected_lets_the_others_through(
        self, places: Places, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def stumble(*_: object) -> None:
            raise TypeError("'NoneType' object is not subscriptable")

        monkeypatch.setattr(ingest.readers, "read_programme", stumble)

        assert statuses(places) == [Status.LOADED, Status.REFUSED, Status.LOADED]
        assert "forme déclarée" in SourceRefusal.objects.get(slug="acv").message

    def test_of_tiles_that_cannot_be_built_lets_the_others_through(
        self, places: Places, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = Lake.store

        def fail(self: Lake, reading: Reading, *others: Any) -> bool:
            if reading.source.slug == "acv":
                raise TilesError("tippecanoe a échoué")
            return store(self, reading, *others)

        monkeypatch.setattr(Lake, "store", fail)

        assert statuses(places) == [Status.LOADED, Status.REFUSED, Status.LOADED]
        assert "tippecanoe a échoué" in SourceRefusal.objects.get(slug="acv").message

    def test_of_a_list_that_lost_much_can_be_overruled(self, places: Places) -> None:
        run(places)
        before = state(places)
        write_acv(places.mirror, "".join(ACV.splitlines(keepends=True)[:3]))

        refused = run(places)["acv"]

        assert refused.status is Status.REFUSED
        assert "acv : 2 lignes au lieu de 3" in refused.message
        assert "jalon ingest acv --accept-smaller" in refused.message
        assert state(places) == before
        accepted = ingest.ingest(
            small_sources(), places=places, is_online=False, smaller_accepted=["acv"]
        )
        assert [one.status for one in accepted][1] is Status.LOADED
        assert Coverage.objects.count() == 2

    def test_is_kept_until_a_good_file_comes(self, places: Places) -> None:
        write_acv(places.mirror, REFUSED["a missing column"][0])
        run(places)

        refusal = SourceRefusal.objects.get()
        assert refusal.slug == "acv"
        assert "insee_com" in refusal.message
        assert refusal.report["refusée"] is True
        assert SourceImport.objects.filter(slug="densite").exists()

        write_acv(places.mirror, ACV)
        assert run(places)["acv"].status is Status.LOADED
        assert not SourceRefusal.objects.exists()


@pytest.mark.database
class TestRepair:
    def test_reads_latin_1(self, places: Places) -> None:
        write_acv(
            places.mirror, ACV.replace("Auneuil,acv", "Auneuil-la-Forêt,acv").encode("cp1252")
        )

        assert run(places)["acv"].status is Status.LOADED

    def test_gives_back_a_leading_zero_and_counts_it(self, places: Places) -> None:
        many = ACV + "".join(
            f"60057,Beauvais,acv-{n},Beauvais,28-09-2018\n" for n in range(100, 200)
        )
        write_acv(places.mirror, many + "1004,Ambérieu-en-Bugey,acv-004,Ambérieu,\n")

        run(places)

        report = SourceImport.objects.get(slug="acv").report
        assert report["comptes"]["zero-de-tete"] == 1
        assert report["mises_à_part"] == 1  # 01004 is not in the Oise

    def test_sets_a_duplicate_apart_with_its_line(self, places: Places) -> None:
        many = ACV + "".join(
            f"60057,Beauvais,acv-{n},Beauvais,28-09-2018\n" for n in range(100, 200)
        )
        write_acv(places.mirror, many + ACV.splitlines()[1] + "\n")

        run(places)

        kept = SourceImport.objects.get(slug="acv")
        assert kept.n_set_apart == 1
        [found] = [one for one in kept.report["constats"] if one["nature"] == "doublon"]
        assert found["ligne"] == 105


@pytest.mark.database
class TestMixing:
    def test_refuses_real_data_among_simulated_ones(self, places: Places) -> None:
        run(places)
        SourceImport.objects.update(is_simulated=True)
        before = state(places)

        with pytest.raises(UnableToIngestError, match="simulées"):
            run(places)

        assert state(places) == before

    def test_refuses_simulated_data_among_real_ones(self, places: Places) -> None:
        run(places)
        before = state(places)

        with pytest.raises(UnableToIngestError, match="réelles"):
            ingest.ingest_readings(read_small_country, [])

        assert state(places) == before
