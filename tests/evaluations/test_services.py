"""Freezing, answering, publishing: what is kept, what is made anew, what is refused."""

import csv
import gzip
import hashlib
import io
import json
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from jalon.causal import Columns, Panel, estimate
from jalon.evaluations import estimation, services
from jalon.evaluations.declarations import Plan
from jalon.evaluations.enums import Registration, Verdict
from jalon.evaluations.models import EvaluationPlan, EvaluationRun
from jalon.evaluations.panels import panel_path
from tests.evaluations.small_country import (
    COMPARED,
    EFFECT,
    TREATED,
    small_country,
    small_plan,
    with_entries,
    with_value,
)
from tests.homes import UnableToRunJalonError, run_jalon

pytestmark = pytest.mark.database
UNTIL_2040 = [*small_plan().periods, *range(2021, 2041)]


class TestFreeze:
    def test_keeps_the_plan_whole_with_its_fingerprint(self, run):
        plan = run.plan

        assert plan.slug == "acv-emploi-prive-v1"
        assert Plan.model_validate(plan.content) == small_plan()
        assert plan.sha256 == small_plan().sha256
        assert plan.ancestor is None

    def test_does_not_freeze_twice_what_has_not_changed(self, run):
        services.evaluate([small_plan()])

        assert EvaluationPlan.objects.count() == 1

    def test_makes_a_new_version_that_names_its_ancestor(self, run):
        (again,) = services.evaluate([small_plan(smallest_effect=0.03)])

        assert again.plan.slug == "acv-emploi-prive-v2"
        assert again.plan.ancestor == run.plan
        run.plan.refresh_from_db()
        assert run.plan.sha256 == small_plan().sha256
        assert list(EvaluationPlan.objects.current()) == [again.plan]

    def test_may_come_back_to_an_earlier_declaration(self, run):
        services.evaluate([small_plan(smallest_effect=0.03)])

        (back,) = services.evaluate([small_plan()])

        assert back.plan.slug == "acv-emploi-prive-v3"

    def test_refuses_a_frozen_plan_that_was_modified(self, run):
        EvaluationPlan.objects.update(content={**run.plan.content, "smallest_effect": 0.5})

        with pytest.raises(services.UnableToEvaluateError, match="ne correspond plus"):
            services.evaluate([small_plan()])

    @pytest.mark.parametrize("changed", [{"method": "ipw"}, {"a": 1}, {"draws": 1}])
    def test_refuses_one_that_was_modified_into_nonsense(self, run, changed):
        EvaluationPlan.objects.update(content={**run.plan.content, **changed})

        with pytest.raises(services.UnableToEvaluateError, match="ne correspond plus"):
            services.evaluate([small_plan()])

    def test_does_not_accuse_a_plan_that_today_would_be_refused(self, run):
        # Frozen when a rule was more lenient, or before a field existed.
        content = {**run.plan.content, "alpha": 0.1}
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        EvaluationPlan.objects.update(content=content, sha256=sha256)

        (again,) = services.evaluate([small_plan()])

        assert again.plan.slug == "acv-emploi-prive-v2"

    def test_refuses_a_programme_that_was_not_imported(self, db, small_reader):
        with pytest.raises(services.UnableToEvaluateError, match="absents du registre\u00a0: acv"):
            services.evaluate([small_plan()])

    def test_refuses_two_successors_of_one_plan(self, run):
        fields = {
            "name": "x", "version": 2, "programme": run.plan.programme, "indicator": "emploi-prive",
            "content": {}, "frozen_at": run.ran_at, "ancestor": run.plan,
        }  # fmt: skip
        EvaluationPlan.objects.create(slug="x-v2", sha256="1", **fields)

        with pytest.raises(IntegrityError), transaction.atomic():
            EvaluationPlan.objects.create(slug="y-v2", sha256="2", **{**fields, "name": "y"})

    def test_refuses_a_first_version_with_an_ancestor(self, run):
        with pytest.raises(IntegrityError), transaction.atomic():
            EvaluationPlan.objects.filter(pk=run.plan.pk).update(ancestor=run.plan)


class TestRegistration:
    def test_of_figures_already_public_is_retrospective(self, run):
        assert run.plan.registration == Registration.RETROSPECTIVE

    def test_before_the_last_figure_is_prospective(self, acv, small_reader):
        small_reader.missing = [2040]
        future = small_plan(periods=UNTIL_2040)

        (run,) = services.evaluate([future])

        assert run.plan.registration == Registration.PROSPECTIVE
        assert run.verdict == Verdict.NOT_EVALUABLE
        assert run.reason == "Les chiffres de 2040 ne sont pas encore connus."

    def test_after_an_import_is_retrospective(self, acv, small_reader):
        small_reader.missing = [2040]
        small_reader.imported = datetime(2026, 1, 1, tzinfo=UTC)

        (run,) = services.evaluate([small_plan(periods=UNTIL_2040)])

        assert run.plan.registration == Registration.RETROSPECTIVE

    def test_after_the_result_of_another_plan_is_retrospective(self, run, small_reader):
        small_reader.missing = [2040]
        later = small_plan(name="acv-emploi-2040", periods=UNTIL_2040)

        (second,) = services.evaluate([later])

        assert second.plan.registration == Registration.RETROSPECTIVE

    def test_is_decided_once_and_for_all(self, acv, small_reader):
        small_reader.missing = [2040]
        future = small_plan(periods=UNTIL_2040)
        services.evaluate([future])
        small_reader.imported = datetime(2026, 1, 1, tzinfo=UTC)

        (again,) = services.evaluate([future])

        assert again.plan.registration == Registration.PROSPECTIVE


class TestEvaluate:
    def test_publishes_the_answer_and_what_made_it(self, run):
        assert run.verdict == Verdict.INCONCLUSIVE
        assert run.result["effect"]["att"] == pytest.approx(EFFECT, abs=0.01)
        assert (run.n_treated, run.n_controls, run.n_clusters) == (22, 26, 24)
        assert run.rule_version == "1"

    def test_keeps_the_answer_of_the_same_fingerprints(self, run):
        (again,) = services.evaluate([small_plan()])

        assert again == run
        assert again.ran_at == run.ran_at
        assert EvaluationRun.objects.count() == 1

    def test_answers_again_when_the_data_changed(self, run, small_reader):
        small_reader.readings = with_value("emploi-prive", 2016, **{f"c{COMPARED[0]}": 900.0})

        (again,) = services.evaluate([small_plan()])

        assert again != run
        assert again.data_sha256 != run.data_sha256
        assert list(services.published()) == [again]

    def test_publishes_again_the_answer_of_figures_that_came_back(self, run, small_reader):
        right = small_reader.readings
        small_reader.readings = with_value("emploi-prive", 2016, **{f"c{COMPARED[0]}": 900.0})
        services.evaluate([small_plan()])
        small_reader.readings = right

        (again,) = services.evaluate([small_plan()])

        assert again == run
        assert list(services.published()) == [run]

    def test_answers_again_when_only_the_day_of_entry_changed(self, acv, small_reader):
        # The cohort is the same year; enough months after it are observed, or not.
        late, early = (
            with_entries(acv=dict.fromkeys(TREATED, day))
            for day in (date(2018, 12, 15), date(2018, 2, 1))
        )
        small_reader.readings = late
        (before,) = services.evaluate([small_plan(horizon=1)])
        small_reader.readings = early

        (after,) = services.evaluate([small_plan(horizon=1)])

        assert before.data_sha256 == after.data_sha256
        assert (before.verdict, after.verdict) == (Verdict.NOT_EVALUABLE, Verdict.INCONCLUSIVE)
        assert list(services.published()) == [after]

    def test_answers_again_when_what_is_missing_changed(self, acv, small_reader):
        small_reader.missing = [2019, 2020]
        services.evaluate([small_plan()])
        small_reader.missing = [2020]

        (again,) = services.evaluate([small_plan()])

        assert again.reason == "Les chiffres de 2020 ne sont pas encore connus."

    def test_does_not_take_an_absent_list_for_an_empty_one(self, acv, small_reader):
        small_reader.absent = ["pvd"]

        (run,) = services.evaluate([small_plan()])

        assert run.verdict == Verdict.NOT_EVALUABLE
        assert run.reason == "La liste de pvd n’est pas importée."

    def test_answers_again_when_the_code_changed(self, run, monkeypatch):
        monkeypatch.setattr(services, "code_fingerprint", lambda card: "f" * 64)

        (again,) = services.evaluate([small_plan()])

        assert again.code_sha256 == "f" * 64
        assert again.result == run.result

    def test_does_not_crash_without_anyone_treated(self, acv, small_reader):
        small_reader.readings = small_country(entries={"acv": {}, "pvd": {}})

        (run,) = services.evaluate([small_plan()])

        assert run.verdict == Verdict.NOT_EVALUABLE
        assert run.n_treated == 0

    def test_does_not_crash_without_any_commune(self, acv, small_reader):
        series = {asked: {} for asked in small_country().series}
        small_reader.readings = small_country(series=series)

        (run,) = services.evaluate([small_plan()])

        assert run.verdict == Verdict.NOT_EVALUABLE

    def test_says_each_plan_answered(self, acv, small_reader):
        answered = []

        services.evaluate([small_plan()], on_answer=lambda plan: answered.append(plan.name))

        assert answered == ["acv-emploi-prive"]


class TestPanel:
    def test_has_the_fingerprint_of_the_data(self, run):
        content = gzip.decompress(panel_path(run.data_sha256).read_bytes())

        assert hashlib.sha256(content).hexdigest() == run.data_sha256

    def test_gives_the_same_digits_to_whoever_reruns_it(self, run):
        text = gzip.decompress(panel_path(run.data_sha256).read_bytes()).decode()
        rows = list(csv.DictReader(io.StringIO(text)))
        table = {name: [row[name] for row in rows] for name in rows[0]}
        for name in ("periode", "cohorte", "valeur"):
            table[name] = [float(value) for value in table[name]]
        columns = Columns(
            unit="code", period="periode", cohort="cohorte", outcomes=("valeur",), cluster="epci"
        )

        again = estimate(
            Panel.from_table(table, columns), "valeur", estimation.options(small_plan())
        )

        assert again.to_dict() == run.result["impact"]

    def test_is_written_again_when_it_was_lost(self, run):
        panel_path(run.data_sha256).unlink()

        services.evaluate([small_plan()])

        assert panel_path(run.data_sha256).exists()


class TestPublished:
    def test_costs_one_query(self, run, django_assert_num_queries):
        with django_assert_num_queries(1):
            [(run.plan.programme.name, run.sentence) for run in services.published()]

    def test_leaves_out_replaced_plans(self, run):
        (again,) = services.evaluate([small_plan(smallest_effect=0.03)])

        assert list(services.published()) == [again]


class TestAsJson:
    def test_has_the_public_shape(self, run):
        answer = json.loads(json.dumps(services.as_json(run), allow_nan=False))

        assert list(answer) == [
            "id", "programme", "indicator", "registration", "verdict", "reason", "rule_version",
            "effect", "mde", "smallest_effect_of_interest", "pretrends", "n_treated", "n_controls",
            "n_clusters", "fingerprints",
        ]  # fmt: skip
        assert set(answer["effect"]) == {"att", "se", "ci_low", "ci_high"}
        assert set(answer["pretrends"]) == {"wald", "df", "p_value"}
        assert set(answer["fingerprints"]) == {"plan", "data", "code"}


class TestCommand:
    @pytest.fixture(autouse=True)
    def _declared(self, monkeypatch):
        monkeypatch.setattr(services, "read_plans", lambda: (small_plan(),))

    def test_prints_json(self, acv, small_reader, capsys):
        call_command("evaluate", format="json")

        (answer,) = json.loads(capsys.readouterr().out)
        assert answer["id"] == "acv-emploi-prive-v1"

    def test_prints_a_table(self, acv, small_reader, capsys, monkeypatch):
        monkeypatch.setenv("COLUMNS", "160")

        call_command("evaluate", programme="acv", indicator="emploi-prive")

        printed = capsys.readouterr().out
        assert "acv-emploi-prive-v1" in printed
        assert "exploratoire" in printed
        assert "non concluant" in printed

    def test_refuses_an_unknown_programme_and_names_the_known(self, acv, small_reader):
        with pytest.raises(CommandError, match=r"programme=avc.*Programmes évalués\u00a0: acv"):
            call_command("evaluate", programme="avc")

    def test_says_what_to_do_with_a_register_without_tables(self, tmp_path):
        with pytest.raises(UnableToRunJalonError, match="le registre n’est pas prêt"):
            run_jalon("evaluate", home=tmp_path)

    def test_refuses_an_empty_register(self, db, small_reader):
        with pytest.raises(CommandError, match="jalon ingest"):
            call_command("evaluate")
