"""What `jalon doctor` says of an installation."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from jalon.core.models import SourceImport, SourceRefusal
from jalon.interventions.models import Coverage
from jalon.lake.fetch import Places
from jalon.portal import ingest
from jalon.portal.doctor import Diagnosis, examine
from jalon.programmes.catalogue import all_programmes
from tests.homes import run_jalon
from tests.portal.small_ingest import read_small_country, small_places, small_sources

KEYS = [
    "simulated", "territories", "interventions", "observations", "evaluations", "lake_bytes",
    "checks",
]  # fmt: skip


@pytest.fixture
def places(tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> Places:
    """Give an installation where the small ingest of the Oise was done."""
    places = small_places(tmp_path)
    settings.JALON_HOME = places.home
    monkeypatch.setattr(ingest.country, "read_country", read_small_country)
    ingest.ingest(small_sources(), places=places, is_online=False)
    return places


def failures(diagnosis: Diagnosis) -> dict[str, str]:
    """Give what fails, but the totals: the Oise is not France."""
    failed = {check.name: check.message for check in diagnosis.failures}
    return {name: said for name, said in failed.items() if not name.startswith("total:")}


@pytest.mark.django_db
class TestExamine:
    def test_finds_nothing_wrong_after_an_ingest(self, places: Places) -> None:
        assert failures(examine()) == {}

    def test_counts_what_is_held(self, places: Places) -> None:
        held = examine()

        assert held.territories["COMMUNE"] == 3
        assert held.territories["ARRONDISSEMENT_MUNICIPAL"] == 0
        assert held.interventions["acv"] == 2
        assert set(held.interventions) == {card.code for card in all_programmes()}
        assert held.simulated is False
        assert held.evaluations == held.observations == 0
        assert held.lake_bytes > 0

    def test_says_which_totals_are_not_those_known(self, places: Places) -> None:
        failed = {check.name: check.message for check in examine().failures}

        assert failed["total:acv"] == "2 sites Action cœur de ville, 231 attendus"
        assert failed["total:departements"] == "1 départements, 101 attendus"
        assert "total:pvd" not in failed  # absent: nothing to count

    def test_counts_the_ten_other_schemes_but_those_the_files_said_nothing_of(
        self, places: Places
    ) -> None:
        left = {"constats": [{"nature": "programme-laisse", "valeur": "frla"}]}
        held = SourceImport.objects.get(slug="acv")
        held.pk, held.slug, held.report = None, "autres-dispositifs", left
        held.save()

        failed = {check.name: check.message for check in examine().failures}

        assert failed["total:cites-emploi"] == "0 interventions « cites-emploi », 91 attendus"
        assert "total:frla" not in failed

    def test_says_that_an_absent_source_is_absent(self, places: Places) -> None:
        said = {check.name: (check.ok, check.message) for check in examine().checks}

        assert said["source:pvd"] == (True, "absente : ni miroir, ni réseau, ni copie")

    def test_fails_without_territories(self, tmp_path: Path, settings) -> None:
        settings.JALON_HOME = tmp_path

        assert set(failures(examine())) == {"source:territoires"}

    def test_sees_a_source_that_only_the_lake_holds(self, places: Places) -> None:
        SourceImport.objects.filter(slug="acv").delete()

        assert "jalon ingest acv" in failures(examine())["source:acv"]

    def test_sees_a_lake_and_a_register_that_disagree(self, places: Places) -> None:
        SourceImport.objects.filter(slug="acv").update(sha256="0" * 64)

        assert set(failures(examine())) == {"source:acv"}

    def test_sees_a_refused_source(self, places: Places) -> None:
        SourceRefusal.objects.create(
            slug="acv", sha256="0" * 64, refused_at=timezone.now(), message="colonne absente"
        )

        assert failures(examine()) == {"source:acv": "colonne absente"}

    @pytest.mark.parametrize("accident", [Path.unlink, lambda path: path.write_bytes(b"damaged")])
    def test_sees_a_file_of_the_lake_that_was_lost_or_damaged(
        self, places: Places, accident
    ) -> None:
        [file] = (places.home / "lake" / "files").iterdir()
        accident(file)

        said = failures(examine())["lake"]
        assert file.name in said
        assert said.endswith("Lancer « jalon ingest densite »")

    def test_says_in_one_line_that_the_manifest_of_the_lake_is_damaged(
        self, places: Places
    ) -> None:
        (places.home / "lake" / "manifest.json").write_text('{"generation": 3, "sour')

        said = failures(examine())["lake"]

        assert "manifest.json, puis lancer « jalon ingest »" in said
        assert "\n" not in said

    def test_sees_simulated_data_among_real_ones(self, places: Places) -> None:
        SourceImport.objects.filter(slug="acv").update(is_simulated=True)

        assert "melange" in failures(examine())

    def test_sees_tables_of_another_version_and_stops_there(self, places: Places) -> None:
        MigrationRecorder(connection).migration_qs.filter(app="evaluations").delete()

        diagnosis = examine()

        [check] = diagnosis.checks
        assert (check.name, check.ok) == ("migrations", False)
        assert "evaluations.0001_plans_and_runs" in check.message

    def test_compares_a_scenario_with_what_it_drew(self, places: Places) -> None:
        SourceImport.objects.update(is_simulated=True)
        said = {check.name: check.message for check in examine().checks}
        assert said["total:acv"] == "3 territoires simulés"

        Coverage.objects.filter(territory__code="60009").delete()

        failed = {check.name: check.message for check in examine().failures}
        assert failed["total:acv"] == "2 territoires simulés, 3 tirés"


@pytest.mark.django_db
class TestDoctorCommand:
    def test_prints_one_json_document(self, places: Places) -> None:
        output = StringIO()
        with pytest.raises(CommandError):
            call_command("doctor", format="json", stdout=output)

        said = json.loads(output.getvalue())
        assert list(said) == KEYS
        assert set(said["checks"][0]) == {"name", "ok", "message"}

    def test_names_what_failed_and_ends_in_error(self, places: Places) -> None:
        output = StringIO()

        with pytest.raises(CommandError, match="total:acv"):
            call_command("doctor", stdout=output)

        assert "✗ total:acv : 2 sites" in output.getvalue()
        assert "✓ source:acv : 3 lignes" in output.getvalue()


class TestDoctorOfTheWholeProduct:
    def test_finds_everything_right_after_a_demo(self, jalon_home: Path) -> None:
        said = json.loads(run_jalon("doctor", "--format", "json", home=jalon_home))

        assert [check for check in said["checks"] if not check["ok"]] == []
        assert said["territories"]["DEPARTEMENT"] == 101
        assert said["territories"]["REGION"] == 18
        assert said["observations"] > 1_000_000
        assert said["evaluations"] > 0

    @pytest.mark.realdata
    def test_counts_the_official_lists(self, mirror: Path, jalon_home: Path) -> None:
        said = json.loads(run_jalon("doctor", "--format", "json", home=jalon_home))

        assert said["simulated"] is False
        counts = said["interventions"]
        expected = {
            "acv": 231, "pvd": 1_645, "va": 2_498, "ti-2018": 149, "ti-2023": 183,
            "france-services": 2_845, "ort": 1_896, "crte": 853,
        }  # fmt: skip
        assert {code: counts[code] for code in expected} == expected
