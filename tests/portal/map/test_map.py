"""The map: its page without a script, its figures, its exports and its tiles."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jalon.portal.map import choice, data, drawing, overlaps, shapes
from tests.factories import CoverageFactory, InterventionFactory, TerritoryFactory
from tests.portal.api.conftest import lake, oise, record_import  # noqa: F401  (fixtures of the small register)
from tests.portal.lakes import Figure, LakeInMemory

pytestmark = [pytest.mark.usefixtures("oise", "nothing_kept")]


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    """Forget what the process keeps between requests: each test has its own figures."""
    forget()
    yield
    forget()


def forget() -> None:
    """Empty every memory of the map."""
    for function in (
        choice._years,
        data.codes_in_order,
        data.layer_of,
        data.places_json,
        data.values_json,
        drawing.france_svg,
        drawing.insets_of,
        overlaps.covering_programmes,
        shapes.shapes_of,
    ):
        function.cache_clear()


class TestPage:
    def test_shows_the_first_indicator_and_its_last_year(self, client: Client) -> None:
        page = client.get("/carte/").content.decode()

        assert "<title>Carte\u00a0: Population municipale en 2023" in page
        assert '<option value="2023" selected>' in page
        assert "829\u202f419" in page  # the Oise, in the table of the départements
        assert "Beauvais (60057)" not in page  # the communes have their own page

    def test_shows_the_grain_asked_for(self, client: Client) -> None:
        page = client.get("/carte/?maille=commune").content.decode()

        assert "Beauvais (60057)" in page
        assert "Oise (60)" not in page

    def test_obeys_the_address(self, client: Client) -> None:
        page = client.get(
            "/carte/?indicateur=population&annee=2022&maille=commune"
        ).content.decode()

        assert '<option value="2022" selected>' in page
        assert "56\u202f000" in page

    def test_counts_interventions_when_only_a_programme_is_asked(self, client: Client) -> None:
        page = client.get("/carte/?programme=crte&maille=commune").content.decode()

        assert "Carte\u00a0: Interventions\u00a0: CRTE" in page
        assert "Beauvais (60057)" in page  # covered through its intercommunalité
        assert "Compiègne (60159)" not in page

    def test_links_each_row_to_its_territory(self, client: Client) -> None:
        communes = client.get("/carte/?maille=commune").content.decode()
        departements = client.get("/carte/").content.decode()

        assert 'href="/territoires/commune/60057/"' in communes
        assert 'href="/territoires/departement/60/"' in departements

    @pytest.mark.parametrize(
        ("query", "fault"),
        [
            ("indicateur=bonheur", "Indicateur inconnu"),
            ("annee=1850", "Pas de chiffre pour l’année «\u00a01850\u00a0»"),
            ("programme=xyz", "Programme inconnu"),
            ("maille=canton", "Pas de chiffre à la maille «\u00a0canton\u00a0»"),
            ("maille=epci", "Pas de chiffre à la maille «\u00a0epci\u00a0»"),
            ("methode=hasard", "Choix inconnu\u00a0: «\u00a0hasard\u00a0»"),
            ("classes=8", "Le nombre de classes va de 3 à 7"),
            ("classes=trois", "Le nombre de classes va de 3 à 7"),
            ("figure=camembert", "Choix inconnu"),
            ("indicateur=%3Cscript%3E", "&lt;script&gt;"),
        ],
    )
    def test_says_what_was_wrong_and_shows_the_rest(
        self, client: Client, query: str, fault: str
    ) -> None:
        response = client.get(f"/carte/?{query}")

        assert response.status_code == 200
        assert fault in response.content.decode()

    def test_says_what_to_do_when_nothing_was_imported(
        self,
        client: Client,
        lake: LakeInMemory,  # noqa: F811
    ) -> None:
        lake.figures = {}

        page = client.get("/carte/").content.decode()

        assert "Aucun chiffre à montrer" in page
        assert "jalon ingest" in page

    def test_runs_no_inline_script_but_its_import_map(
        self,
        client: Client,
        lake: LakeInMemory,  # noqa: F811
        tmp_path: Path,
    ) -> None:
        lake.archive = tmp_path / "france.pmtiles"

        response = client.get("/carte/")
        page = response.content.decode()

        assert page.count("nonce=") == 1
        assert '<script type="importmap" nonce=' in page
        assert "'unsafe" not in response["Content-Security-Policy"]

    def test_keeps_its_tables_without_contours(self, client: Client) -> None:
        page = client.get("/carte/").content.decode()

        assert "Le fond de carte n’a pas été importé" in page
        assert "importmap" not in page
        assert "<table" in page

    @pytest.mark.parametrize(
        ("query", "most"),
        [
            ("indicateur=population&programme=acv&maille=commune", 12),
            ("programme=acv&maille=commune", 17),
            ("couche=recouvrements&maille=commune", 19),
        ],
    )
    def test_asks_as_many_queries_for_more_communes(
        self, client: Client, query: str, most: int
    ) -> None:
        address = f"/carte/?{query}"
        client.get(address)
        record_import("cog-communes")  # a new vintage: nothing kept serves
        forget()
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        for n in range(5):
            commune = TerritoryFactory(code=f"6020{n}", name=f"Commune {n}")
            CoverageFactory(intervention=InterventionFactory(code=f"ACV-{n}"), territory=commune)
        record_import("cog-mouvements")
        forget()

        with CaptureQueriesContext(connection) as more:
            client.get(address)

        assert (len(more), len(few) <= most) == (len(few), True)


class TestValues:
    def test_gives_each_figure_and_the_bounds_of_the_classes(self, client: Client) -> None:
        response = client.get("/carte/valeurs/?indicateur=population&annee=2023&maille=commune")

        assert response["Content-Encoding"] == "gzip"
        assert map_values(response) == {
            "maille": "commune",
            "unite": "habitants",
            "decimales": 0,
            "bornes": [40_808.0],
            "tons": [2, 6],
            "valeurs": {"60057": 56_605, "60159": 40_808},
            "simule": False,
            "cercles": {"rayon": 56.0, "maximum": 56_605.0},
        }

    def test_are_not_sent_again_while_nothing_changes(self, client: Client) -> None:
        address = "/carte/valeurs/?indicateur=population&maille=commune"
        first = client.get(address)

        again = client.get(address, headers={"If-None-Match": first["ETag"]})

        assert again.status_code == 304

    def test_follow_the_lake(
        self,
        client: Client,
        lake: LakeInMemory,  # noqa: F811
        tmp_path: Path,
    ) -> None:
        address = "/carte/valeurs/?indicateur=population&maille=commune"
        first = client.get(address)
        lake.manifest_path = tmp_path
        lake.figures = {
            **lake.figures,
            ("population", "COMMUNE"): [Figure("60057", 2023, 60_000.0)],
        }

        again = client.get(address, headers={"If-None-Match": first["ETag"]})

        assert map_values(again)["valeurs"] == {"60057": 60_000}

    def test_count_the_interventions_of_a_departement_once(self, client: Client) -> None:
        CoverageFactory(territory=TerritoryFactory(compiegne=True))

        response = client.get("/carte/valeurs/?programme=acv&maille=departement")

        assert map_values(response)["valeurs"] == {"60": 1}

    def test_refuse_another_grain(self, client: Client) -> None:
        assert client.get("/carte/valeurs/?maille=canton").status_code == 404


def map_values(response: object) -> dict[str, object]:
    """Read a compressed answer."""
    return json.loads(gzip.decompress(response.content))  # type: ignore[attr-defined]


class TestPlaces:
    def test_puts_a_point_in_each_territory_and_names_the_programmes(self, client: Client) -> None:
        answer = map_values(client.get("/carte/lieux/?programme=acv&programme=crte"))

        (point,) = answer["points"]["features"]
        assert point["properties"] == {"code": "60057"}
        assert point["geometry"]["coordinates"] == [2.05, 49.45]
        assert answer["presences"]["commune"]["60057"] == ["Action cœur de ville", "CRTE"]
        assert answer["presences"]["departement"]["60"] == [
            "Action cœur de ville\u00a0: 1 commune",
            "CRTE\u00a0: 1 commune",
        ]


class TestExport:
    def test_gives_a_csv_with_its_source(self, client: Client) -> None:
        response = client.get("/carte/export.csv?indicateur=population&maille=commune")

        header, first, *_ = response.content.decode().splitlines()
        assert header == "code,nom,valeur,rang,unite,annee,statut,source,millesime,licence,simule"
        assert first.startswith("60057,Beauvais,56605.0,1,habitants,2023,")
        assert first.endswith(",non")

    def test_gives_a_geojson(self, client: Client) -> None:
        response = client.get("/carte/export.geojson?indicateur=population&maille=commune")

        assert response["Content-Type"] == "application/geo+json; charset=utf-8"
        feature = json.loads(response.content)["features"][0]
        assert feature["properties"]["valeur"] == 56_605
        assert feature["geometry"]["type"] == "Polygon"

    def test_gives_a_drawing(self, client: Client) -> None:
        response = client.get("/carte/export.svg?indicateur=population")

        assert response["Content-Type"] == "image/svg+xml"
        assert "<svg" in response.content.decode()
        assert "Oise" in response.content.decode()


class TestTiles:
    @pytest.fixture
    def archive(self, lake: LakeInMemory, tmp_path: Path) -> bytes:  # noqa: F811
        content = bytes(range(256)) * 4
        lake.archive = tmp_path / "france.pmtiles"
        lake.archive.write_bytes(content)
        return content

    @pytest.mark.parametrize(
        ("asked", "first", "last"),
        [("bytes=0-9", 0, 9), ("bytes=1000-9999", 1000, 1023), ("bytes=5-5", 5, 5)],
    )
    def test_gives_the_piece_asked(
        self, client: Client, archive: bytes, asked: str, first: int, last: int
    ) -> None:
        response = client.get("/tuiles/territoires.pmtiles", headers={"Range": asked})

        assert response.status_code == 206
        assert response.content == archive[first : last + 1]
        assert response["Content-Range"] == f"bytes {first}-{last}/1024"

    def test_never_compresses_a_piece(self, client: Client, archive: bytes) -> None:
        response = client.get(
            "/tuiles/territoires.pmtiles",
            headers={"Range": "bytes=0-511", "Accept-Encoding": "gzip"},
        )

        assert response["Content-Encoding"] == "identity"
        assert response.content == archive[:512]

    def test_refuses_a_piece_out_of_the_file(self, client: Client, archive: bytes) -> None:
        response = client.get("/tuiles/territoires.pmtiles", headers={"Range": "bytes=2000-3000"})

        assert response.status_code == 416
        assert response["Content-Range"] == "bytes */1024"

    @pytest.mark.parametrize("asked", ["bytes=-5", "bytes=5-", "octets=1-2", "bytes=a-b"])
    def test_gives_the_whole_file_when_it_does_not_understand(
        self, client: Client, archive: bytes, asked: str
    ) -> None:
        response = client.get("/tuiles/territoires.pmtiles", headers={"Range": asked})

        assert response.status_code == 200
        assert b"".join(response.streaming_content) == archive

    def test_is_not_sent_again_while_it_is_the_same(self, client: Client, archive: bytes) -> None:
        first = client.get("/tuiles/territoires.pmtiles", headers={"Range": "bytes=0-9"})

        again = client.get(
            "/tuiles/territoires.pmtiles",
            headers={"Range": "bytes=0-9", "If-None-Match": first["ETag"]},
        )

        assert again.status_code == 304

    @pytest.mark.parametrize("name", ["territoires", "autre"])
    def test_says_when_there_is_none(self, client: Client, name: str) -> None:
        assert client.get(f"/tuiles/{name}.pmtiles").status_code == 404
