"""Reading outlines, and building the tiles of the map."""

import json
import subprocess

import pytest

from jalon.lake import tiles
from jalon.lake.contours import read_contours
from jalon.lake.errors import SourceRefusedError, TilesError
from jalon.lake.readers import read_source
from jalon.lake.reading import Outline

from .small import fetched, small_country, small_source, write_parquet

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[5.00001, 46], [5.2, 46], [5.2, 46.2], [5.00001, 46]]],
}
# Two squares that share a side: its arc is written once and read backwards by the second.
TOPOLOGY = {
    "type": "Topology",
    "transform": {"scale": [0.1, 0.1], "translate": [5, 46]},
    "arcs": [
        [[1, 0], [0, 1]],
        [[1, 1], [-1, 0], [0, -1], [1, 0]],
        [[1, 0], [1, 0], [0, 1], [-1, 0]],
    ],
    "objects": {
        "data": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]], "properties": {"EPCI": "240100883"}},
                {"type": "MultiPolygon", "arcs": [[[2, -1]]], "properties": {"EPCI": "200023778"}},
            ],
        }
    },
}


def features(key, *codes):
    collected = [{"properties": {key: code}, "geometry": SQUARE} for code in codes]
    return json.dumps({"type": "FeatureCollection", "features": collected})


@pytest.fixture
def files(tmp_path):
    """Write one small file of each of the four kinds."""
    rows = [("01004", json.dumps(SQUARE)), ("69381", json.dumps(SQUARE)), ("01091", "{}")]
    parquet = write_parquet(tmp_path, "code_commune TEXT, geometry TEXT", rows)
    communes = parquet.rename(tmp_path / "communes.parquet")
    paths = {"epci.topojson": json.dumps(TOPOLOGY)}
    paths["departements.geojson"] = features("insee_dep", "01")
    paths["regions.geojson"] = features("insee_reg", "84", "00")
    for name, text in paths.items():
        (tmp_path / name).write_text(text)
    return fetched("contours", communes, *(tmp_path / name for name in paths))


class TestReadContours:
    def test_keeps_the_territories_of_today(self, files):
        source = small_source("contours", max_rejected_share=1.0)

        reading = read_contours(source, files, small_country())

        found = {(o.kind, o.code): json.loads(o.geometry) for o in reading.outlines}
        assert set(found) == {
            ("COMMUNE", "01004"), ("EPCI", "240100883"), ("EPCI", "200023778"),
            ("DEPARTEMENT", "01"), ("REGION", "84"), ("ARRONDISSEMENT_MUNICIPAL", "69381"),
        }  # fmt: skip
        assert found["DEPARTEMENT", "01"]["coordinates"][0][0] == [5.0, 46]
        assert reading.report.counts == {"code-inconnu": 2}

    def test_rebuilds_rings_from_shared_arcs(self, files):
        source = small_source("contours", max_rejected_share=1.0)

        reading = read_contours(source, files, small_country())

        rings = {o.code: json.loads(o.geometry)["coordinates"][0][0] for o in reading.outlines}
        assert rings["240100883"] == [
            [5.1, 46.0],
            [5.1, 46.1],
            [5.0, 46.1],
            [5.0, 46.0],
            [5.1, 46.0],
        ]
        assert rings["200023778"][0] == rings["200023778"][-1] == [5.1, 46.0]

    def test_joins_the_communes_of_an_epci_without_outline(self, files, tmp_path):
        left = {"type": "Polygon", "coordinates": [[[45, -13], [46, -13], [46, -12], [45, -13]]]}
        rows = [("97608", json.dumps(left))]
        parquet = write_parquet(tmp_path, "code_commune TEXT, geometry TEXT", rows)
        parquet.rename(tmp_path / "communes.parquet")

        reading = read_contours(
            small_source("contours", max_rejected_share=1.0), files, small_country()
        )

        (outline,) = [o for o in reading.outlines if o.code == "200060465"]
        assert (outline.kind, outline.name) == ("EPCI", "EPCI 200060465")
        assert len(json.loads(outline.geometry)["coordinates"][0]) == 4
        assert reading.report.counts["contour-assemble"] == 1

    @pytest.mark.parametrize(
        ("name", "text", "reason"),
        [
            ("regions.geojson", '{"features": [', "regions.geojson est coupé"),
            ("epci.topojson", '{"type": "FeatureCollection"}', "n’est pas du TopoJSON"),
            ("departements.geojson", features("code", "01"), "Il manque « insee_dep »"),
            ("departements.geojson", '{"features": []}', "aucun territoire"),
            ("regions.geojson", '{"features": [{"geometry": null}]}', "pas la forme attendue"),
            ("regions.geojson", '{"features": [7]}', "pas la forme attendue"),
            ("epci.topojson", json.dumps({**TOPOLOGY, "transform": {}}), "pas la forme attendue"),
            ("epci.topojson", json.dumps({**TOPOLOGY, "arcs": []}), "pas la forme attendue"),
            ("epci.topojson", json.dumps(TOPOLOGY).replace("EPCI", "ID"), "pas la forme attendue"),
        ],
    )
    def test_refuses_a_file_that_is_not_whole(self, files, tmp_path, name, text, reason):
        (tmp_path / name).write_text(text)

        with pytest.raises(SourceRefusedError, match=reason):
            read_contours(small_source("contours"), files, small_country())

    def test_sets_apart_a_territory_without_geometry(self, files, tmp_path):
        nothing = features("insee_dep", "01").replace(json.dumps(SQUARE), "null")
        (tmp_path / "departements.geojson").write_text(nothing)
        rows = [("01004", None), ("01033", "{}"), ("69123", json.dumps(SQUARE))]
        parquet = write_parquet(tmp_path, "code_commune TEXT, geometry TEXT", rows)
        parquet.rename(tmp_path / "communes.parquet")

        reading = read_contours(
            small_source("contours", max_rejected_share=1.0), files, small_country()
        )

        assert not {"01", "01004", "01033"} & {outline.code for outline in reading.outlines}
        apart = [p.value for p in reading.report.problems if p.kind == "contour-illisible"]
        assert sorted(apart) == ["01", "01004", "01033"]


class TestBuildTiles:
    def test_puts_each_kind_in_its_layer_with_code_and_name(self, tmp_path):
        corners = [[0, 44], [5, 44], [5, 48], [0, 48], [0, 44]]
        text = json.dumps({"type": "Polygon", "coordinates": [corners]})
        outlines = [
            Outline("COMMUNE", "2A004", "L’Île-d’Œuf", text),
            Outline("REGION", "94", "Corse", text),
        ]

        path = tiles.build_tiles(outlines, tmp_path)

        decoder = tiles.find_tippecanoe().replace("tippecanoe", "tippecanoe-decode")
        low = subprocess.check_output([decoder, path, "0", "0", "0"], text=True)
        high = subprocess.check_output([decoder, path, "7", "64", "45"], text=True)
        assert '"layer": "regions"' in low
        assert '"layer": "communes"' not in low
        assert '{ "code": "2A004", "nom": "L’Île-d’Œuf" }' in high
        layers = {c["properties"]["layer"]: c["features"] for c in json.loads(high)["features"]}
        (point,) = layers["communes_centres"]
        assert point["properties"]["code"] == "2A004"
        assert [round(degree, 1) for degree in point["geometry"]["coordinates"]] == [2.5, 46.0]

    def test_says_what_tippecanoe_says(self, tmp_path):
        (tmp_path / "france.pmtiles").mkdir()  # where the file must go

        with pytest.raises(TilesError, match="tippecanoe a échoué"):
            tiles.build_tiles([Outline("COMMUNE", "1", "x", json.dumps(SQUARE))], tmp_path)

    def test_says_how_to_install_it(self, monkeypatch):
        monkeypatch.setattr(tiles.shutil, "which", lambda *_, **__: None)

        with pytest.raises(TilesError, match="uv sync"):
            tiles.find_tippecanoe()


class TestQuartierOutlines:
    SQUARE = [[[5.0, 45.0], [5.1, 45.0], [5.1, 45.1], [5.0, 45.0]]]

    def write(self, folder, *features):
        path = folder / "qpv.geojson"
        content = [
            {"properties": values, "geometry": shape and {"type": "Polygon", "coordinates": shape}}
            for values, shape in features
        ]
        path.write_text(json.dumps({"features": content}))
        return fetched("qpv-2015-contours", path)

    def read(self, source, **changes):
        declared = small_source("qpv-2015-contours", **changes)
        return read_source(declared, source, small_country())

    def test_are_found_by_the_code_of_the_quartier(self, tmp_path):
        source = self.write(
            tmp_path,
            ({"Code_QP": "QP001001", "Nom_QP": "Les Courbes"}, self.SQUARE),
            ({"Code_QP": "QN00103M", "Lib_QP": "Tiret"}, self.SQUARE),
        )

        reading = self.read(source)

        assert [(o.kind, o.code, o.name) for o in reading.outlines] == [
            ("QPV", "QP001001", "Les Courbes"), ("QPV", "QN00103M", "Tiret")
        ]  # fmt: skip

    def test_without_code_or_shape_are_set_apart(self, tmp_path):
        source = self.write(
            tmp_path, ({"code_qp": "?"}, self.SQUARE), ({"code_qp": "QP001001"}, None)
        )

        assert self.read(source, max_rejected_share=1.0).report.n_set_apart == 2

    def test_in_metres_are_refused(self, tmp_path):
        metres = [[[848_000.0, 6_550_000.0], [848_100.0, 6_550_000.0], [848_000.0, 6_550_000.0]]]
        source = self.write(tmp_path, ({"code_qp": "QP001001"}, metres))

        with pytest.raises(SourceRefusedError, match="WGS 84"):
            self.read(source)
