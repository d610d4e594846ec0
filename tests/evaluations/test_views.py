"""The pages of the evaluations and their files."""

import hashlib
import json
import re

import pytest
from django.urls import reverse

from jalon.evaluations import services
from jalon.evaluations.panels import panel_path
from tests.evaluations.small_country import small_country, small_plan

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    """Give the words of a page, spaces simplified."""
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", words)


class TestList:
    def url(self, query=""):
        return reverse("evaluations:list") + query

    def test_says_why_nothing_is_published_yet(self, client):
        assert "Aucune évaluation n’est encore publiée" in text_of(client.get(self.url()))

    def test_shows_sentence_verdict_and_registration(self, client, run):
        page = text_of(client.get(self.url()))

        assert run.sentence in page
        assert "non concluant" in page
        assert "exploratoire" in page

    @pytest.mark.parametrize(
        ("query", "is_there"),
        [
            ("?programme=acv", True),
            ("?programme=pvd", False),
            ("?indicateur=emploi-prive&verdict=INCONCLUSIVE", True),
            ("?indicateur=population", False),
            ("?verdict=NOT_DETECTED", False),
            ("?verdict=n'importe quoi", False),
        ],
    )
    def test_filters(self, client, run, query, is_there):
        page = text_of(client.get(self.url(query)))

        assert (run.sentence in page) == is_there
        assert ("Aucune évaluation ne répond" in page) != is_there

    def test_costs_the_same_queries_whatever_the_number(
        self, client, run, django_assert_max_num_queries
    ):
        services.evaluate([small_plan(name=f"acv-emploi-prive-{n}") for n in range(5)])

        with django_assert_max_num_queries(6):
            client.get(self.url())

    def test_is_paginated(self, client, run):
        services.evaluate([small_plan(name=f"acv-emploi-prive-{n}") for n in range(20)])

        assert "Page suivante" in text_of(client.get(self.url()))


class TestDetail:
    def test_answers_first(self, client, run):
        page = text_of(client.get(run.plan.get_absolute_url()))
        main = page[page.index("non concluant") :]

        order = [
            run.sentence, "Pourquoi", "Avant et après", "À quel point est-ce solide",
            "plus petit effet que l’on aurait pu voir", "Comparés à qui",
            "La méthode en clair", "Le plan, figé le", "Refaire le calcul", "Étude d’événement CSV",
        ]  # fmt: skip
        positions = [main.index(words) for words in order]
        assert positions == sorted(positions)

    def test_says_what_is_not_established_yet(self, client, run):
        page = text_of(client.get(run.plan.get_absolute_url()))

        assert "la puissance de ce test n’est pas encore calculée" in page
        assert "aucun effet n’est annoncé comme démontré" in page
        assert "Un seul plan a été enregistré" in page

    def test_gives_the_command_that_finds_the_same_digits(self, client, run):
        page = text_of(client.get(run.plan.get_absolute_url()))

        assert (
            "jalon impact acv-emploi-prive-v1-panel.csv --unit code --period periode"
            " --outcome valeur --cohort cohorte --cluster epci --control never --method dr"
            " --base varying --anticipation 0 --draws 99"
            f" --seed {small_plan().seed} --alpha 0.05 --format json"
        ) in page

    def test_shows_no_figure_when_nothing_was_estimated(self, client, acv, small_reader):
        small_reader.readings = small_country(entries={"acv": {}, "pvd": {}})
        (run,) = services.evaluate([small_plan()])

        page = text_of(client.get(run.plan.get_absolute_url()))

        assert "non évaluable" in page
        assert "Rien n’a été estimé" in page
        assert "jalon impact" not in page

    def test_leads_from_a_name_to_its_current_version(self, client, run):
        (again,) = services.evaluate([small_plan(smallest_effect=0.03)])

        response = client.get(reverse("evaluations:detail", args=["acv-emploi-prive"]))

        assert response.headers["Location"] == again.plan.get_absolute_url()

    def test_of_a_replaced_plan_still_answers_and_says_so(self, client, run):
        (again,) = services.evaluate([small_plan(smallest_effect=0.03)])

        page = text_of(client.get(run.plan.get_absolute_url()))

        assert "Ce plan a été remplacé" in page
        assert again.plan.slug in page
        assert "2 plans ont été enregistrés" in page

    def test_of_an_unknown_name_is_a_404(self, client, db):
        assert client.get(reverse("evaluations:detail", args=["rien"])).status_code == 404

    def test_costs_few_queries(self, client, run, django_assert_max_num_queries):
        with django_assert_max_num_queries(8):
            client.get(run.plan.get_absolute_url())

    def test_draws_the_event_study_and_its_export(self, client, run):
        response = client.get(run.plan.get_absolute_url() + "?export=etude-evenement.svg")

        assert response.headers["Content-Type"] == "image/svg+xml"


class TestFiles:
    def get(self, client, name, run):
        return client.get(reverse(f"evaluations:{name}", args=[run.plan.slug]))

    def test_event_study_keeps_every_digit(self, client, run):
        lines = self.get(client, "event_study_csv", run).content.decode().splitlines()

        assert lines[0] == "event_time,att,se,ci_low,ci_high"
        last = run.result["impact"]["dynamic"]["event"][-1]
        assert lines[-1].split(",")[1] == repr(last["att"])

    def test_panel_has_the_published_fingerprint(self, client, run):
        response = self.get(client, "panel_csv", run)

        content = b"".join(response.streaming_content)
        assert hashlib.sha256(content).hexdigest() == run.data_sha256
        assert "acv-emploi-prive-v1-panel.csv" in response.headers["Content-Disposition"]

    def test_panel_that_was_lost_is_a_404(self, client, run):
        panel_path(run.data_sha256).unlink()

        assert self.get(client, "panel_csv", run).status_code == 404

    def test_json_holds_the_plan_and_the_result(self, client, run):
        published = json.loads(self.get(client, "result_json", run).content)

        assert published["plan"]["content"] == run.plan.content
        assert published["result"] == run.result

    def test_event_study_of_nothing_is_a_404(self, client, acv, small_reader):
        small_reader.readings = small_country(entries={"acv": {}, "pvd": {}})
        (run,) = services.evaluate([small_plan()])

        assert self.get(client, "event_study_csv", run).status_code == 404
