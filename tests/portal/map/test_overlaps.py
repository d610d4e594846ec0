"""Overlaps: which programmes cover a commune, and what no programme covers."""

from dataclasses import replace

import pytest
from django.test import Client

from jalon.portal.map.grains import GRAINS
from jalon.portal.map.overlaps import Overlap, overlaps_of, summary
from tests.factories import CoverageFactory, InterventionFactory, TerritoryFactory
from tests.portal.api.conftest import lake, oise  # noqa: F401  (fixtures of the small register)
from tests.portal.map.test_map import map_values, nothing_kept  # noqa: F401

pytestmark = [pytest.mark.usefixtures("oise", "nothing_kept")]

BEAUVAIS, COMPIEGNE = "60057", "60159"


class TestOverlapsOf:
    def test_lists_the_programmes_of_a_commune_and_of_its_epci(self) -> None:
        found = overlaps_of(("acv", "crte"), GRAINS["commune"], "")

        assert found[BEAUVAIS].programmes == ("acv", "crte")
        assert found[BEAUVAIS].value == 2
        assert found[COMPIEGNE].programmes == ()
        assert found[COMPIEGNE].n_white == 1

    def test_counts_the_chosen_programmes_only(self) -> None:
        assert overlaps_of(("acv",), GRAINS["commune"], "")[BEAUVAIS].programmes == ("acv",)

    def test_counts_a_programme_once_however_many_interventions(self) -> None:
        beauvais = TerritoryFactory()
        CoverageFactory(intervention=InterventionFactory(code="ACV-again"), territory=beauvais)

        assert overlaps_of(("acv",), GRAINS["commune"], "")[BEAUVAIS].value == 1

    def test_weighs_a_departement_by_its_inhabitants(self) -> None:
        found = overlaps_of(("acv", "crte"), GRAINS["departement"], "")["60"]

        inside, outside = (TerritoryFactory(), TerritoryFactory(compiegne=True))
        people = inside.population + outside.population
        assert (found.n_communes, found.n_white) == (2, 1)
        assert found.white_population == outside.population
        assert found.value == pytest.approx(2 * inside.population / people)


class TestSummary:
    WHITE = Overlap((), 0, 1, 1, 250, 250, is_commune=True)
    COVERED = Overlap(("acv",), 750, 1, 0, 750, 0, is_commune=True)

    def test_counts_communes_and_inhabitants_in_white(self) -> None:
        assert summary([self.WHITE, self.COVERED]) == (
            "Zones blanches\u00a0: 1 commune sur 2, 250 habitants (25,0\u202f%)."
        )

    def test_says_when_there_is_none(self) -> None:
        assert "Aucune zone blanche" in summary([self.COVERED])

    def test_survives_communes_without_inhabitants(self) -> None:
        empty = replace(self.WHITE, population=0, white_population=0)

        assert "(0,0\u202f%)" in summary([empty])

    def test_says_nothing_of_nothing(self) -> None:
        assert summary([]) == ""


class TestPage:
    def test_lists_the_programmes_and_the_white_spots(self, client: Client) -> None:
        page = client.get("/carte/?couche=recouvrements&maille=commune").content.decode()

        assert "Recouvrements de tous les programmes" in page
        assert "1 commune sur 2" in page
        assert "Action cœur de ville, CRTE" in page
        assert "aucun\u00a0: zone blanche" in page
        assert "0, zone blanche" in page

    def test_filters_by_programme(self, client: Client) -> None:
        page = client.get("/carte/?couche=recouvrements&programme=crte&maille=commune")

        assert "Recouvrements\u00a0: CRTE" in page.content.decode()
        assert "<td >CRTE</td>" in page.content.decode()

    def test_says_the_white_spots_of_a_departement(self, client: Client) -> None:
        page = client.get("/carte/?couche=recouvrements&maille=departement").content.decode()

        assert "Communes en zone blanche" in page
        assert "Habitants en zone blanche" in page

    @pytest.mark.parametrize("sort", ["blanches", "habitants"])
    def test_sorts_by_white_spots(self, client: Client, sort: str) -> None:
        page = client.get(
            f"/carte/?couche=recouvrements&maille=departement&tri={sort}&ordre=decroissant"
        )

        assert 'aria-sort="descending"' in page.content.decode()

    def test_is_also_an_entry_of_the_form(self, client: Client) -> None:
        page = client.get("/carte/?indicateur=recouvrements").content.decode()

        assert '<option value="recouvrements" selected>' in page


class TestValues:
    def test_name_the_programmes_once(self, client: Client) -> None:
        answer = map_values(client.get("/carte/valeurs/?couche=recouvrements&maille=commune"))

        assert answer["noms"] == ["Action cœur de ville", "CRTE"]
        assert answer["presences"] == {BEAUVAIS: [0, 1]}
        assert answer["valeurs"] == {BEAUVAIS: 2, COMPIEGNE: 0}
        assert answer["tons"] == [0, 4]

    def test_of_a_departement_are_said_in_words(self, client: Client) -> None:
        answer = map_values(client.get("/carte/valeurs/?couche=recouvrements&maille=departement"))

        assert answer["phrases"]["60"].startswith("1 commune en zone blanche sur 2, ")


class TestExport:
    def test_lists_the_programmes_of_each_commune(self, client: Client) -> None:
        response = client.get("/carte/export.csv?couche=recouvrements&maille=commune")

        header, first, second = response.content.decode().splitlines()
        assert header.startswith("code,nom,valeur,rang,programmes,unite")
        assert first.startswith("60057,Beauvais,2.0,1,acv|crte,")
        assert second.startswith("60159,Compiègne,0.0,2,,")

    def test_counts_the_white_spots_of_each_departement(self, client: Client) -> None:
        response = client.get("/carte/export.csv?couche=recouvrements&maille=departement")

        header = response.content.decode().splitlines()[0]
        assert "communes,communes_blanches,habitants,habitants_blancs" in header
