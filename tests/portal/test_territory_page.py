"""The page of a territory."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from jalon.indicators.catalogue import get_card
from jalon.lake.queries import Observation
from jalon.lake.reading import Label
from jalon.lake.store import Lake
from jalon.portal import observed
from jalon.territories.enums import TerritoryKind
from jalon.territories.models import Territory
from tests.factories import (
    CoverageFactory,
    FormerCodeFactory,
    InterventionFactory,
    MembershipFactory,
    ProgrammeFactory,
    TerritoryFactory,
)
from tests.portal.conftest import Oise, add_communes
from tests.portal.lakes import square

MOST_QUERIES = 12


def _series(code: str, start: float) -> list[Observation]:
    return [Observation(code, year, start + year - 2014, None, None) for year in range(2014, 2025)]


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each territory a series of private jobs."""
    starts = {"60057": 100.0, "60": 1000.0, "FRANCE": 10_000.0}
    monkeypatch.setattr(
        Lake,
        "profile",
        lambda _lake, _kind, code: {"emploi-prive": _series(code, starts.get(code, 10.0))},
    )
    label = Label("densite", "60057", "Ceintures urbaines")
    monkeypatch.setattr(Lake, "labels", lambda _lake, _code: [label])


class TestTerritoryPage:
    def test_says_who_the_place_is_and_what_contains_it(self, client: Client, oise: Oise) -> None:
        page = client.get("/territoires/commune/60057/").content.decode()

        assert "<h1" in page
        assert "Beauvais" in page
        assert "56\u202f605" in page
        for name in ("CA du Beauvaisis", "Oise", "Hauts-de-France"):
            assert name in page

    def test_exists_for_an_arrondissement(self, client: Client, db: None, figures: None) -> None:
        paris = TerritoryFactory(code="75056", name="Paris")
        twelfth = TerritoryFactory(
            kind=TerritoryKind.ARRONDISSEMENT_MUNICIPAL, code="75112", name="Paris 12e"
        )
        MembershipFactory(child=twelfth, parent=paris)

        page = client.get("/territoires/arrondissement_municipal/75112/").content.decode()

        assert "Paris 12e" in page
        assert "/territoires/commune/75056/" in page

    def test_keeps_each_intervention_at_its_own_grain_with_its_role(
        self, client: Client, oise: Oise
    ) -> None:
        grains = client.get("/territoires/commune/60057/").context["grains"]

        found = [
            (grain.territory.code, line.programme.code, line.roles)
            for grain in grains
            for line in grain.lines
        ]
        assert found == [("60057", "acv", "bénéficiaire"), ("200067999", "crte", "couvert")]

    def test_dates_what_is_dated_and_says_what_is_not(self, client: Client, oise: Oise) -> None:
        page = client.get("/territoires/commune/60057/").content.decode()

        assert "depuis le 28 septembre 2018" in page
        assert "non daté par la liste officielle" in page

    def test_counts_several_interventions_of_one_programme(
        self, client: Client, oise: Oise
    ) -> None:
        services = ProgrammeFactory(code="france-services", name="France services", order=9)
        for index in range(5):
            place = InterventionFactory(programme=services, code=f"fs-{index}", name=f"FS {index}")
            CoverageFactory(intervention=place, territory=oise.beauvais)

        line = client.get("/territoires/commune/60057/").context["grains"][0].lines[1]

        assert (line.n_interventions, line.names, line.n_hidden) == (5, ["FS 0", "FS 1", "FS 2"], 2)

    def test_draws_the_figures_beside_the_departement_and_france(
        self, client: Client, oise: Oise, figures: None
    ) -> None:
        response = client.get("/territoires/commune/60057/")

        (chart,) = response.context["charts"]
        assert chart.table.header == [
            "Année", *(f"{name} (indice 100 en 2014)" for name in ("Beauvais", "Oise", "France"))
        ]  # fmt: skip
        assert chart.table.rows[-1] == ["2024", 110.0, 101.0, 100.1]
        assert chart.title.startswith(get_card("emploi-prive").short_name)
        assert "Ceintures urbaines" in response.content.decode()

    @pytest.mark.parametrize(
        ("extension", "kind"), [("csv", "text/csv; charset=utf-8"), ("svg", "image/svg+xml")]
    )
    def test_exports_a_chart(
        self, client: Client, oise: Oise, figures: None, extension: str, kind: str
    ) -> None:
        response = client.get(f"/territoires/commune/60057/?export=emploi-prive.{extension}")

        assert response["Content-Type"] == kind
        assert "attachment" in response["Content-Disposition"]

    def test_refuses_an_unknown_export(self, client: Client, oise: Oise) -> None:
        assert client.get("/territoires/commune/60057/?export=x.exe").status_code == 404

    def test_lists_what_is_inside_a_larger_territory_by_kind(
        self, client: Client, oise: Oise
    ) -> None:
        add_communes(oise, 3)

        context = client.get("/territoires/departement/60/?membres=commune").context

        assert [(str(kind), n) for kind, n, _label in context["member_kinds"]] == [
            ("EPCI", 1), ("COMMUNE", 4)
        ]  # fmt: skip
        assert next(one.name for one in context["page"]) == "Beauvais"
        assert {p.code: p.n_interventions for p in context["within"]} == {"acv": 4, "crte": 1}

    @pytest.mark.parametrize(
        "address",
        ["commune/60057/", "epci/200067999/", "departement/60/", "region/32/", "france/FRANCE/"],
    )
    def test_exists_for_every_kind(self, client: Client, oise: Oise, address: str) -> None:
        assert client.get(f"/territoires/{address}").status_code == 200

    @pytest.mark.parametrize("address", ["/territoires/departement/60/", "/territoires/region/32/"])
    def test_costs_the_same_queries_whatever_the_data(
        self,
        client: Client,
        oise: Oise,
        address: str,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        add_communes(oise, 3)
        client.get(address)  # warms what is read once a process
        with django_assert_num_queries(MOST_QUERIES, exact=False) as first:
            client.get(address)
        add_communes(oise, 5, first=3)

        with django_assert_num_queries(len(first)):
            client.get(address)

    def test_answers_404_in_french_to_an_unknown_code(self, client: Client, oise: Oise) -> None:
        response = client.get("/territoires/commune/99999/")

        assert response.status_code == 404
        assert "99999" in response.content.decode()
        assert "Page introuvable" in response.content.decode()

    @pytest.mark.parametrize("kind", ["planete", "COMMUNE%00", "commune'--"])
    def test_answers_404_to_an_unknown_kind(self, client: Client, oise: Oise, kind: str) -> None:
        assert client.get(f"/territoires/{kind}/60057/").status_code == 404

    def test_empty_register_says_so(self, client: Client, db: None) -> None:
        TerritoryFactory()

        page = client.get("/territoires/commune/60057/").content.decode()

        assert "Aucune intervention connue" in page


def add_quartiers(oise: Oise, count: int, *, first: int = 0) -> None:
    """Put quartiers prioritaires in Beauvais."""
    for index in range(first, first + count):
        quartier = TerritoryFactory(
            kind=TerritoryKind.QPV, code=f"QN060{index:02}M", name=f"Quartier {index}",
            population=None, siren="", postal_codes=[],
        )  # fmt: skip
        for parent in (oise.beauvais, oise.departement, oise.region):
            MembershipFactory(child=quartier, parent=parent)


def add_zone(oise: Oise, kind: TerritoryKind, code: str, name: str) -> Territory:
    """Put Beauvais in a study zone."""
    zone = TerritoryFactory(kind=kind, code=code, name=name, siren="", postal_codes=[])
    MembershipFactory(child=oise.beauvais, parent=zone)
    MembershipFactory(child=zone, parent=oise.departement)
    return zone


class TestZones:
    def test_of_a_commune_are_links(self, client: Client, oise: Oise) -> None:
        add_quartiers(oise, 7)
        add_zone(oise, TerritoryKind.ZONE_EMPLOI, "2209", "Beauvais")
        add_zone(oise, TerritoryKind.AAV, "097", "Beauvais")
        add_zone(oise, TerritoryKind.BASSIN_DE_VIE, "60057", "Beauvais")

        response = client.get("/territoires/commune/60057/")

        page = response.content.decode()
        for address in ("zone_emploi/2209/", "aav/097/", "bassin_de_vie/60057/", "qpv/QN06000M/"):
            assert f'href="/territoires/{address}"' in page
        assert [line.title for line in response.context["links"]] == [
            "quartiers prioritaires", "zone d’emploi", "aire d’attraction d’une ville",
            "bassin de vie",
        ]  # fmt: skip
        assert "et 2 autres" in page
        assert {place.kind for place in response.context["parents"]} == {
            "EPCI", "DEPARTEMENT", "REGION", "FRANCE"
        }  # fmt: skip

    def test_and_quartiers_have_pages(self, client: Client, oise: Oise) -> None:
        add_quartiers(oise, 1)
        add_zone(oise, TerritoryKind.ZONE_EMPLOI, "2209", "Beauvais (zone)")

        quartier = client.get("/territoires/qpv/QN06000M/").content.decode()
        zone = client.get("/territoires/zone_emploi/2209/").content.decode()

        assert "Quartier prioritaire" in quartier
        assert 'href="/territoires/commune/60057/"' in quartier
        assert "Zone d’emploi" in zone
        assert 'href="/territoires/commune/60057/"' in zone

    def test_quartier_is_drawn_in_its_commune_when_its_perimeter_is_there(
        self, client: Client, oise: Oise, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        add_quartiers(oise, 1)
        shapes = {"QN06000M": square("60057"), "60057": square("60159")}
        monkeypatch.setattr(Lake, "outline", lambda _lake, _kind, code: shapes.get(code))

        page = client.get("/territoires/qpv/QN06000M/").content.decode()

        assert "Quartier 0 dans Beauvais" in page

    def test_lists_all_the_quartiers_of_a_commune_in_pages(
        self, client: Client, oise: Oise
    ) -> None:
        add_quartiers(oise, 35)

        response = client.get("/territoires/commune/60057/?membres=qpv")

        assert response.context["page"].paginator.num_pages == 2
        assert "Dans la commune" in response.content.decode()

    def test_come_after_what_decides_in_a_departement(self, client: Client, oise: Oise) -> None:
        add_zone(oise, TerritoryKind.ZONE_EMPLOI, "2209", "Beauvais")

        context = client.get("/territoires/departement/60/").context

        kinds = [str(kind) for kind, _n, _label in context["member_kinds"]]
        assert kinds == ["EPCI", "COMMUNE", "ZONE_EMPLOI"]
        assert context["member_kind"] == "EPCI"

    def test_cost_the_same_queries_whatever_their_number(
        self, client: Client, oise: Oise, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        add_quartiers(oise, 2)
        add_zone(oise, TerritoryKind.ZONE_EMPLOI, "2209", "Beauvais")
        client.get("/territoires/commune/60057/")
        with django_assert_num_queries(MOST_QUERIES, exact=False) as first:
            client.get("/territoires/commune/60057/")
        add_quartiers(oise, 40, first=2)
        add_zone(oise, TerritoryKind.AAV, "097", "Beauvais")

        with django_assert_num_queries(len(first)):
            client.get("/territoires/commune/60057/")


class TestDatedZonings:
    @pytest.fixture(autouse=True)
    def _zonings(self, monkeypatch: pytest.MonkeyPatch) -> None:
        labels = [
            Label("frr", "60057", "FRR", date(2024, 7, 1)),
            Label("qpv-2015", "60057", "Argentine (QP060001)", date(2015, 1, 1), date(2024, 1, 1)),
            Label("qpv-2015", "60057", "Saint-Jean (QP060002)", date(2015, 1, 1), date(2024, 1, 1)),
            Label("densite", "60057", "Ceintures urbaines", date(2025, 1, 1)),
            Label("zrr", "60057", "non classée", date(2017, 7, 1), date(2024, 7, 1)),
        ]
        monkeypatch.setattr(Lake, "labels", lambda _lake, _code: labels)

    def test_tell_those_in_force_today_from_the_former_ones(
        self, client: Client, oise: Oise
    ) -> None:
        response = client.get("/territoires/commune/60057/")

        zonings = response.context["zonings"]
        assert [(z.label, z.dates) for z in zonings.current] == [
            ("Ceintures urbaines", ""), ("FRR", "depuis le 1er juillet 2024")
        ]  # fmt: skip
        assert [(z.label, z.dates) for z in zonings.former] == [
            ("non classée", "du 1er juillet 2017 au 30 juin 2024"),
            ("Argentine (QP060001), Saint-Jean (QP060002)",
             "du 1er janvier 2015 au 31 décembre 2023"),
        ]  # fmt: skip
        assert "Zonages qui ne sont plus en vigueur" in response.content.decode()

    def test_were_otherwise_the_day_before(self, oise: Oise) -> None:
        on_the_last_day = observed.zonings_of(oise.beauvais, on=date(2024, 6, 30))

        assert "non classée" in [line.label for line in on_the_last_day.current]

    def test_are_those_of_a_commune_only(self, client: Client, oise: Oise) -> None:
        page = client.get("/territoires/departement/60/").content.decode()

        assert "Ceintures urbaines" not in page


class TestFormerCode:
    def test_leads_to_todays_commune_with_a_message(self, client: Client, db: None) -> None:
        FormerCodeFactory()

        response = client.get("/territoires/commune/50383/", follow=True)

        assert response.redirect_chain == [("/territoires/commune/50129/?ancien-code=50383", 302)]
        assert "Le code 50383 n’est plus utilisé" in response.content.decode()

    def test_shared_between_communes_lets_the_reader_choose(self, client: Client, db: None) -> None:
        for code, name in (("60057", "Beauvais"), ("60159", "Compiègne")):
            FormerCodeFactory(code="60999", territory=TerritoryFactory(code=code, name=name))

        response = client.get(reverse("portal:territory", args=["commune", "60999"]))

        assert response.status_code == 300
        assert [one.code for one in response.context["candidates"]] == ["60057", "60159"]
