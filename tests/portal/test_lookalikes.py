"""The territories that resemble one, on its page and on theirs."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from jalon.indicators.catalogue import get_card
from jalon.portal.lookalikes import done_elsewhere, lookalikes_of, mean_line
from tests.factories import (
    CoverageFactory,
    InterventionFactory,
    MembershipFactory,
    ProgrammeFactory,
    TerritoryFactory,
)
from tests.portal.conftest import Towns

pytestmark = pytest.mark.database
PAGE = "/territoires/commune/01004/comparables/"


def put(programme: str, territory, order: int = 1) -> None:
    """Put a programme at work on a territory."""
    card = ProgrammeFactory(code=programme, name=programme.upper(), order=order)
    code = f"{programme}-{territory.code}"
    CoverageFactory(
        intervention=InterventionFactory(programme=card, code=code, name=code), territory=territory
    )


class TestTerritoryPage:
    def test_names_the_comparables_in_its_head(self, client: Client, towns: Towns) -> None:
        page = client.get("/territoires/commune/01004/")

        assert page.context["alike"].named[0] == towns["01033"]
        assert "Communes comparables" in page.content.decode()

    def test_says_what_is_done_there_and_not_here(self, client: Client, towns: Towns) -> None:
        put("acv", towns["01004"])
        put("acv", towns["01033"])
        put("pvd", towns["01033"], order=2)
        put("pvd", towns["85191"], order=2)
        put("va", towns["85191"], order=3)

        elsewhere = client.get("/territoires/commune/01004/").context["elsewhere"]

        found = [(one.programme.code, {p.code for p in one.places}) for one in elsewhere]
        assert found == [("pvd", {"01033", "85191"}), ("va", {"85191"})]

    def test_counts_as_here_what_holds_here(self, client: Client, towns: Towns) -> None:
        put("crte", towns.ain)

        assert client.get("/territoires/commune/01004/").context["elsewhere"] == []

    def test_counts_what_is_inside_a_larger_territory(self, towns: Towns) -> None:
        vendee = TerritoryFactory(departement=True, code="85", name="Vendée")
        rhone = TerritoryFactory(departement=True, code="69", name="Rhône")
        for code in ("85084", "85165", "85191"):
            MembershipFactory(child=towns[code], parent=vendee)
        MembershipFactory(child=towns["69123"], parent=rhone)
        put("acv", towns["69123"])

        alike = lookalikes_of(vendee)

        assert [one.places for one in done_elsewhere(alike, set())] == [[rhone]]

    def test_draws_the_comparables_as_a_line(self, client: Client, towns: Towns) -> None:
        charts = client.get("/territoires/commune/01004/").context["charts"]

        population = next(chart for chart in charts if chart.slug == "population")
        assert "comparables (indice 100 en 2013)" in population.table.header
        assert 'stroke-dasharray="6 3"' in population.svg

    def test_links_to_the_comparison(self, client: Client, towns: Towns) -> None:
        page = client.get("/territoires/commune/01004/").content.decode()

        assert "/comparer/?avec=commune:01004" in page

    def test_says_nothing_of_what_is_not_compared(self, client: Client, towns: Towns) -> None:
        page = client.get("/territoires/commune/97608/")

        assert page.context["alike"] is None
        assert "qui vous ressemblent" not in page.content.decode()

    def test_costs_the_same_queries_whatever_is_done_there(
        self, client: Client, towns: Towns, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        put("pvd", towns["01033"])
        client.get("/territoires/commune/01004/")
        with django_assert_num_queries(14, exact=False) as first:
            client.get("/territoires/commune/01004/")
        for programme in ("va", "ort", "crte"):
            for code in ("01033", "85191", "85084"):
                put(programme, towns[code])

        with django_assert_num_queries(len(first)):
            client.get("/territoires/commune/01004/")


class TestMeanLine:
    def test_adds_counts_and_averages_percentages(self, towns: Towns) -> None:
        population, turnout = get_card("population"), get_card("participation-presidentielle")

        assert dict(mean_line(population, "COMMUNE", ["01004", "01033"])) == {
            2013: 29_500, 2023: 31_000
        }  # fmt: skip
        assert dict(mean_line(turnout, "COMMUNE", ["01004", "69123"])) == {2022: 77.5}

    def test_stops_where_one_of_them_is_not_known(self, towns: Towns) -> None:
        turnout = get_card("participation-presidentielle")

        assert mean_line(turnout, "COMMUNE", ["01004", "97608"]) == [(2022, 75.0)]
        assert mean_line(turnout, "COMMUNE", []) == []


class TestComparablesPage:
    def test_lists_them_with_the_reasons(self, client: Client, towns: Towns) -> None:
        page = client.get(PAGE)

        place, one = page.context["alike"].places[0]
        assert place == towns["01033"]
        assert ", ".join(one.reasons) in page.content.decode()
        assert page.context["is_default"] is True

    def test_follows_the_weights_of_the_form(self, client: Client, towns: Towns) -> None:
        page = client.get("/territoires/commune/85191/comparables/?taille=1&densite=0")

        assert page.context["alike"].places[0][0] == towns["97608"]
        assert page.context["alike"].comparison.compared == ("taille",)
        assert "variables=taille:1" in page.context["api"]

    @pytest.mark.parametrize("query", ["?taille=9", "?taille=0", "?taille=beaucoup", "?taille=nan"])
    def test_says_which_weight_it_refuses(self, client: Client, towns: Towns, query: str) -> None:
        page = client.get(PAGE + query)

        assert page.status_code == 200
        assert 'role="alert"' in page.content.decode()
        assert page.context["is_default"] is True

    def test_says_why_there_is_none(self, client: Client, towns: Towns) -> None:
        page = client.get("/territoires/commune/97608/comparables/").content.decode()

        assert "Aucun territoire comparable" in page

    def test_is_unknown_for_an_unknown_territory(self, client: Client, towns: Towns) -> None:
        assert client.get("/territoires/commune/99999/comparables/").status_code == 404
        assert client.get("/territoires/planete/01004/comparables/").status_code == 404
