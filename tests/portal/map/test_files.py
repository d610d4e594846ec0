"""The drawing of the map, its overseas insets, and the files of each grain."""

import io
import json
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest
from django.test import Client

from tests.factories import MembershipFactory, TerritoryFactory
from tests.portal.api.conftest import lake, oise, record_import  # noqa: F401  (small register)
from tests.portal.lakes import Figure, LakeInMemory
from tests.portal.map.test_map import map_values, nothing_kept  # noqa: F401

pytestmark = [pytest.mark.usefixtures("oise", "nothing_kept")]

ISLAND = {
    "type": "Polygon",
    "coordinates": [[[55.2, -21.4], [55.8, -21.4], [55.8, -20.9], [55.2, -20.9], [55.2, -21.4]]],
}


@pytest.fixture
def reunion(oise: None, lake: LakeInMemory, tmp_path: Path) -> None:  # noqa: F811
    """Add La Réunion, with its region, its commune, its figures, its outlines and some tiles."""
    region = TerritoryFactory(region=True, code="04", name="La Réunion", zone="drom")
    departement = TerritoryFactory(departement=True, code="974", name="La Réunion", zone="drom")
    commune = TerritoryFactory(saint_denis=True)
    MembershipFactory(child=departement, parent=region)
    MembershipFactory(child=commune, parent=departement)
    MembershipFactory(child=commune, parent=region)
    record_import("contours")  # another vintage: the territories are read again
    shape = json.dumps(ISLAND)
    lake.archive = tmp_path / "france.pmtiles"
    lake.archive.write_bytes(b"tiles")
    lake.shapes = {
        kind: [*lake.shapes.get(kind, []), (code, shape)]
        for kind, code in (("COMMUNE", "97411"), ("DEPARTEMENT", "974"), ("REGION", "04"))
    }
    lake.figures = {
        **lake.figures,
        ("population", "REGION"): [Figure("32", 2023, 5_995_292), Figure("04", 2023, 889_679)],
        ("population", "DEPARTEMENT"): [Figure("60", 2023, 829_419), Figure("974", 2023, 889_679)],
        ("participation-presidentielle", "DEPARTEMENT"): [Figure("60", 2022, 77.1)],
    }


def drawing(client: Client, query: str) -> ElementTree.Element:
    """Read the drawing that a query gives."""
    response = client.get(f"/carte/export.svg?{query}")
    assert response["Content-Type"] == "image/svg+xml"
    return ElementTree.fromstring(response.content)  # noqa: S314  (our own drawing)


def inside(box: tuple[float, float, float, float], path: str) -> bool:
    """Say whether the first point of a path lies in a box (left, top, right, bottom)."""
    x, y = (float(number) for number in path[1:].split("l")[0].split())
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.usefixtures("reunion")
class TestDrawing:
    def test_bears_its_title_its_source_and_its_licence(self, client: Client) -> None:
        root = drawing(client, "indicateur=population&maille=departement")

        written = "".join(root.itertext())
        assert "Population municipale en 2023, par département" in written
        assert "Source\u00a0: INSEE" in written
        assert "Licence Ouverte 2.0" in written
        assert root.find(f"{SVG}title") is not None
        assert float(root.attrib["width"]) > 0

    def test_puts_the_overseas_departements_in_their_corner(self, client: Client) -> None:
        root = drawing(client, "indicateur=population&maille=departement&figure=aplats")

        paths = {path[0].text: path.attrib["d"] for path in root.iter(f"{SVG}path") if len(path)}
        (island,) = [d for title, d in paths.items() if title and "La Réunion" in title]
        (mainland,) = [d for title, d in paths.items() if title and "Oise" in title]
        assert inside((0, 400, 80, 700), island)
        assert not inside((0, 400, 80, 700), mainland)

    def test_of_a_count_has_circles_larger_for_larger_figures(self, client: Client) -> None:
        root = drawing(client, "indicateur=population&maille=region")

        radii = {c[0].text: float(c.attrib["r"]) for c in root.iter(f"{SVG}circle") if len(c)}
        largest = next(r for title, r in radii.items() if title and "Hauts-de-France" in title)
        smallest = next(r for title, r in radii.items() if title and "La Réunion" in title)
        assert smallest / largest == pytest.approx((889_679 / 5_995_292) ** 0.5, abs=0.01)

    def test_of_a_share_has_none(self, client: Client) -> None:
        root = drawing(client, "indicateur=participation-presidentielle&maille=departement")

        assert list(root.iter(f"{SVG}circle")) == []
        assert "sans chiffre (1)" in "".join(root.itertext())

    def test_wears_plain_colours(self, client: Client) -> None:
        assert b"var(" not in client.get("/carte/export.svg?indicateur=population").content

    def test_of_another_grain_is_refused(self, client: Client) -> None:
        assert client.get("/carte/export.svg?indicateur=population&maille=epci").status_code == 404

    def test_says_when_there_is_no_outline(self, client: Client, lake: LakeInMemory) -> None:  # noqa: F811
        lake.shapes = {}

        assert client.get("/carte/export.svg?indicateur=population").status_code == 404


@pytest.mark.usefixtures("reunion")
class TestInsets:
    def test_stand_beside_the_map_at_each_grain_shown(self, client: Client) -> None:
        page = client.get("/carte/?indicateur=population").content.decode()

        assert page.count('data-emprise="55.1,-21.5,55.95,-20.8"') == 2  # départements, communes
        assert "La Réunion\u00a0: 889\u202f679 habitants" in page

    def test_are_drawn_without_a_figure_too(self, client: Client) -> None:
        page = client.get("/carte/?indicateur=participation-presidentielle").content.decode()

        assert "La Réunion\u00a0: sans chiffre" in page
        assert "var(--jalon-ton-0)" in page


@pytest.mark.usefixtures("reunion")
class TestFigures:
    def test_of_a_region_are_in_the_tiles_layer_of_the_page(self, client: Client) -> None:
        page = client.get("/carte/?indicateur=population&maille=region").content.decode()

        assert '"couche": "regions", "nom": "r\\u00e9gion", "de": 0, "a": 24' in page

    def test_keep_the_choice_of_classes(self, client: Client) -> None:
        answer = map_values(
            client.get(
                "/carte/valeurs/?indicateur=population&maille=region&methode=egaux&classes=3"
            )
        )

        assert answer["bornes"] == pytest.approx([2_591_550, 4_293_421], abs=1)
        assert answer["tons"] == [1, 4, 7]

    def test_drawn_as_areas_have_no_circle(self, client: Client) -> None:
        answer = map_values(
            client.get("/carte/valeurs/?indicateur=population&maille=region&figure=aplats")
        )

        assert "cercles" not in answer


@pytest.mark.usefixtures("reunion")
class TestParquet:
    def test_bears_the_same_rows_and_their_provenance(self, client: Client, tmp_path: Path) -> None:
        response = client.get("/carte/export.parquet?indicateur=population&maille=region")

        assert 'filename="carte-population-2023-region.parquet"' in response["Content-Disposition"]
        path = tmp_path / "map.parquet"
        path.write_bytes(response.content)
        with duckdb.connect() as connection:
            found = connection.execute(
                "SELECT code, nom, valeur, rang, millesime, licence FROM read_parquet(?) "
                "ORDER BY rang",
                [str(path)],
            ).fetchall()
        assert [row[:4] for row in found] == [
            ("32", "Hauts-de-France", 5_995_292, 1),
            ("04", "La Réunion", 889_679, 2),
        ]
        assert found[0][4] == "2026"
        assert "Licence Ouverte" in found[0][5]


class TestGeoJson:
    def test_bears_its_provenance_beside_the_features(self, client: Client) -> None:
        response = client.get("/carte/export.geojson?indicateur=population&maille=departement")

        content = json.load(io.BytesIO(response.content))
        assert content["millesime"] == "2026"
        assert "INSEE" in content["source"]
        assert [f["properties"]["nom"] for f in content["features"]] == ["Oise"]


class TestTable:
    @pytest.mark.parametrize(
        ("query", "first", "order"),
        [
            ("", "Beauvais", "ascending"),
            ("tri=nom", "Beauvais", "ascending"),
            ("tri=nom&ordre=decroissant", "Compiègne", "descending"),
            ("tri=valeur", "Compiègne", "ascending"),
            ("tri=valeur&ordre=decroissant", "Beauvais", "descending"),
            ("tri=%3Cscript%3E", "Beauvais", "ascending"),
        ],
    )
    def test_is_sorted_by_the_server(
        self, client: Client, query: str, first: str, order: str
    ) -> None:
        page = client.get(f"/carte/?indicateur=population&maille=commune&{query}").content.decode()

        body = page[page.index("<tbody>") :]
        other = {"Beauvais": "Compiègne", "Compiègne": "Beauvais"}[first]
        assert body.index(first) < body.index(other)
        assert f'aria-sort="{order}"' in page

    def test_keeps_the_choice_in_the_links_of_its_head(self, client: Client) -> None:
        page = client.get("/carte/?indicateur=population&annee=2022&maille=commune&classes=3")

        link = "?indicateur=population&amp;annee=2022&amp;maille=commune&amp;classes=3&amp;tri=nom"
        assert link in page.content.decode()
