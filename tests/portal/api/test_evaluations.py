"""Published evaluations in the API: the last answer to each current plan."""

import csv
import datetime as dt
import io

import pytest
from django.test import Client

from jalon.evaluations.models import EvaluationPlan, EvaluationRun
from jalon.interventions.models import Programme

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("published")]
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def publish(plan: EvaluationPlan, *, att: float, ran_at: dt.datetime = NOON) -> EvaluationRun:
    return EvaluationRun.objects.create(
        plan=plan,
        ran_at=ran_at,
        confirmed_at=ran_at,
        data_sha256=f"{ran_at:%H}{att}".ljust(64, "d"),
        code_sha256="c" * 64,
        verdict="INCONCLUSIVE",
        reason="Avant 2018, les villes choisies divergeaient déjà.",
        sentence="On ne peut pas dire si Action cœur de ville a changé l’emploi privé.",
        rule_version="1",
        n_treated=208,
        n_controls=580,
        n_clusters=430,
        result={
            "effect": {"att": att, "se": 0.01, "ci_low": att - 0.02, "ci_high": att + 0.02},
            "mde": 0.019,
            "smallest_effect_of_interest": None,
        },
    )


@pytest.fixture
def published(oise: None) -> None:
    """Publish two runs of one plan; the second replaces the first."""
    plan = EvaluationPlan.objects.create(
        slug="acv-emploi-prive",
        programme=Programme.objects.get(code="acv"),
        indicator="emploi-prive",
        content={"indicator": "emploi-prive"},
        sha256="p" * 64,
        frozen_at=NOON,
        name="acv-emploi-prive",
        version=1,
        registration="RETROSPECTIVE",
    )
    publish(plan, att=0.5, ran_at=NOON - dt.timedelta(hours=2))
    publish(plan, att=0.004)


class TestEvaluations:
    def test_lists_the_last_run_of_each_plan(self, client: Client) -> None:
        page = client.get("/api/v1/evaluations").json()

        (one,) = page["resultats"]
        assert (one["id"], one["effet"], one["borne_basse"]) == ("acv-emploi-prive", 0.004, -0.016)
        assert one["verdict_libelle"] == "non concluant"
        assert one["plus_petit_effet_utile"] is None
        assert page["total"] == 1

    @pytest.mark.parametrize(
        ("query", "total"),
        [
            ("programme=acv&indicateur=emploi-prive", 1),
            ("programme=pvd", 0),
            ("indicateur=population", 0),
        ],
    )
    def test_keeps_what_is_asked(self, client: Client, query: str, total: int) -> None:
        assert client.get(f"/api/v1/evaluations?{query}").json()["total"] == total

    def test_answers_in_csv(self, client: Client) -> None:
        text = client.get("/api/v1/evaluations?format=csv").content.decode()

        (row,) = csv.DictReader(io.StringIO(text))
        assert row["phrase"].startswith("On ne peut pas dire")
        assert row["empreinte_plan"] == "p" * 64

    def test_gives_the_plan_and_the_whole_result_of_one(self, client: Client) -> None:
        one = client.get("/api/v1/evaluations/acv-emploi-prive").json()

        assert one["plan"] == {"indicator": "emploi-prive"}
        assert one["resultat"]["mde"] == 0.019
        assert one["simule"] is False

    def test_explains_an_unknown_one(self, client: Client) -> None:
        response = client.get("/api/v1/evaluations/inconnue")

        assert response.status_code == 404
        assert "inconnue" in response.json()["detail"]

    def test_changes_its_etag_at_a_publication(self, client: Client) -> None:
        first = client.get("/api/v1/evaluations")
        publish(EvaluationPlan.objects.get(), att=0.01, ran_at=NOON + dt.timedelta(hours=1))

        again = client.get("/api/v1/evaluations", headers={"If-None-Match": first["ETag"]})

        assert again.status_code == 200
        assert again.json()["resultats"][0]["effet"] == 0.01
