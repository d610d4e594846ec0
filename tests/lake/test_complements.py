"""Reading what completes the official list of territories."""

import json
from dataclasses import replace
from datetime import date

import pytest

from jalon.lake import complements
from jalon.lake.codes import Movement
from jalon.lake.complements import Complement, Ground
from jalon.lake.errors import SourceRefusedError

from .small import MOVEMENTS, fetched, small_country, small_source, write_csv

ZONES = (
    "DEPCOM,ZE2020,LIB_ZE2020,UU2020,LIB_UU2020,AAV2020,LIB_AAV2020,BV2022,LIB_BV2022",
    "01004,8405,Bourg-en-Bresse,01303,Ambérieu,243,Ambérieu,01004,Ambérieu",
    "01033,8406,Valserhône,01000,Communes hors unité urbaine,000,Hors attraction,01033,Valserhône",
    "01091,8405,Bourg-en-Bresse,01303,Ambérieu,243,Ambérieu,01004,Ambérieu",
)


@pytest.fixture
def small(monkeypatch):
    """Accept small files."""
    sources = tuple(small_source(source.slug) for source in complements.catalogue.SOURCES)
    monkeypatch.setattr(complements.catalogue, "SOURCES", sources)


def ground(**changes) -> Ground:
    country = small_country(**changes)
    return Ground(country.codes, country.territories, country.memberships)


def read(slug, path, on=None) -> Complement:
    (found,) = complements.read_all({slug: fetched(slug, path)}, on or ground())
    return found


def parents_of(found, kind, code):
    return [m[2:] for m in found.memberships if m[:2] == (kind, code)]


@pytest.mark.usefixtures("small")
class TestStudyZones:
    def test_are_territories_dated_by_their_zoning(self, tmp_path):
        found = read("zonages-etude", write_csv(tmp_path, *ZONES))

        rows = {(row.kind, row.code): row for row in found.territories}
        assert set(rows) == {
            ("ZONE_EMPLOI", "8405"), ("ZONE_EMPLOI", "8406"), ("UNITE_URBAINE", "01303"),
            ("AAV", "243"), ("BASSIN_DE_VIE", "01004"), ("BASSIN_DE_VIE", "01033"),
        }  # fmt: skip
        zone = rows["ZONE_EMPLOI", "8405"]
        assert (zone.name, zone.population, zone.valid_from) == (
            "Bourg-en-Bresse", 15_000, date(2020, 1, 1)
        )  # fmt: skip
        assert rows["BASSIN_DE_VIE", "01004"].valid_from == date(2022, 1, 1)

    def test_hold_communes_and_lie_in_departements(self, tmp_path):
        found = read("zonages-etude", write_csv(tmp_path, *ZONES))

        assert ("ZONE_EMPLOI", "8405", date(2020, 1, 1)) in parents_of(found, "COMMUNE", "01004")
        assert [parent[:2] for parent in parents_of(found, "ZONE_EMPLOI", "8405")] == [
            ("DEPARTEMENT", "01"), ("REGION", "84")
        ]  # fmt: skip

    def test_outside_any_zone_is_no_territory(self, tmp_path):
        found = read("zonages-etude", write_csv(tmp_path, *ZONES))

        kinds = [parent[0] for parent in parents_of(found, "COMMUNE", "01033")]
        assert kinds == ["ZONE_EMPLOI", "BASSIN_DE_VIE"]

    @pytest.mark.parametrize("lines", [ZONES, (ZONES[0], *reversed(ZONES[1:]))])
    def test_keep_those_of_the_code_that_a_merger_kept(self, tmp_path, lines):
        merged_since = (Movement(date(2026, 1, 1), "01091", "01033"),)

        found = read("zonages-etude", write_csv(tmp_path, *lines), ground(movements=merged_since))

        assert [p[1] for p in parents_of(found, "COMMUNE", "01033")] == ["8406", "01033"]
        assert found.reading.report.counts == {"code-reporte": 1}

    def test_follow_the_parts_of_a_commune_split_since(self, tmp_path, monkeypatch):
        source = small_source("zonages-etude", in_use_on=date(2020, 1, 1))
        monkeypatch.setattr(complements.catalogue, "SOURCES", (source,))
        line = "85084,5205,La Roche,85000,Hors,000,Hors,85084,Essarts"

        found = read("zonages-etude", write_csv(tmp_path, ZONES[0], line), ground())

        assert MOVEMENTS
        for code in ("85084", "85165"):
            assert [p[1] for p in parents_of(found, "COMMUNE", code)] == ["5205", "85084"]

    def test_without_a_column_are_left_out_then_refused(self, tmp_path):
        path = write_csv(tmp_path, "DEPCOM,ZE2020,LIB_ZE2020", "01004,8405,Bourg-en-Bresse")
        source = fetched("zonages-etude", path)

        assert list(complements.read_all({"zonages-etude": source}, ground())) == []
        with pytest.raises(SourceRefusedError, match="« UU2020 »"):
            complements.read_alone(small_source("zonages-etude"), source, ground())


def write_quartiers(folder, *features):
    path = folder / "qpv.geojson"
    names = ("insee_com", "code_qp", "lib_qp")
    content = [{"properties": dict(zip(names, values, strict=True))} for values in features]
    path.write_text(json.dumps({"features": content}))
    return path


@pytest.mark.usefixtures("small")
class TestQuartiers:
    def test_of_one_commune_are_several_and_one_may_span_several(self, tmp_path):
        path = write_quartiers(
            tmp_path,
            ("01004", "QN00103M, QN00104M", "Les Courbes De L'Albarine, Tiret"),
            ("01033", "QN00104M", "Tiret"),
        )

        found = read("qpv-2024", path)

        assert [(row.code, row.name) for row in found.territories] == [
            ("QN00103M", "Les Courbes De L'Albarine"), ("QN00104M", "Tiret")
        ]  # fmt: skip
        day = date(2024, 1, 1)
        assert parents_of(found, "QPV", "QN00104M") == [
            ("COMMUNE", "01004", day), ("COMMUNE", "01033", day), ("DEPARTEMENT", "01", day),
            ("EPCI", "240100883", day), ("REGION", "84", day),
        ]  # fmt: skip

    def test_overseas_are_in_force_a_year_later(self, tmp_path):
        found = read("qpv-2024", write_quartiers(tmp_path, ("97608", "QN97601M", "Kawéni")))

        assert found.territories[0].valid_from == date(2025, 1, 1)

    def test_do_not_take_the_name_of_another(self, tmp_path):
        path = write_quartiers(tmp_path, ("01004", "QN00103M, QN00104M", "A, B, C"))

        found = read("qpv-2024", path)

        assert [row.name for row in found.territories] == ["QN00103M", "QN00104M"]
        assert found.reading.report.counts == {"noms-sans-code": 1}

    def test_with_a_wrong_code_are_set_apart(self, tmp_path, monkeypatch):
        source = replace(small_source("qpv-2024"), max_rejected_share=1.0)
        monkeypatch.setattr(complements.catalogue, "SOURCES", (source,))
        path = write_quartiers(tmp_path, ("01004", "QP001003", "A"), ("99999", "QN00103M", "B"))

        found = read("qpv-2024", path)

        assert found.territories == ()
        assert [p.value for p in found.reading.report.problems] == ["QP001003", "99999"]

    @pytest.mark.parametrize(
        ("content", "why"),
        [('{"features": [', "n’est pas du GeoJSON"), ("[]", "n’est pas du GeoJSON"),
         ('{"features": [{"properties": {"insee_com": "01004"}}]}', "« code_qp »")],
    )  # fmt: skip
    def test_are_refused_when_the_file_is_not_what_it_says(self, tmp_path, content, why):
        path = tmp_path / "qpv.geojson"
        path.write_text(content)

        with pytest.raises(SourceRefusedError, match=why):
            complements.read_alone(small_source("qpv-2024"), fetched("qpv-2024", path), ground())


BANATIC = (
    "N° SIREN;Nom du groupement;Nature juridique;Siren membre;Catégorie des membres du groupement",
    "200052678;PETR du Bugey;Pôle d'équilibre territorial et rural (PETR);210100046;Commune",
    "200052678;PETR du Bugey;Pôle d'équilibre territorial et rural (PETR);240100883;Groupement",
    "250100111;SIVU des eaux;SIVU;210199999;Commune",
    "240100883;CC de la plaine;CC;210100046;Commune",
)


@pytest.mark.usefixtures("small")
class TestGroupings:
    def test_are_those_that_the_list_does_not_have(self, tmp_path):
        found = read("banatic", write_csv(tmp_path, *BANATIC))

        assert [(r.kind, r.code, r.name, r.legal_form) for r in found.territories] == [
            ("GROUPEMENT", "200052678", "PETR du Bugey", "PETR"),
            ("GROUPEMENT", "250100111", "SIVU des eaux", "SIVU"),
        ]
        assert found.reading.report.counts == {"deja-connu": 1, "membre-inconnu": 1}

    def test_hold_their_member_communes(self, tmp_path):
        found = read("banatic", write_csv(tmp_path, *BANATIC))

        assert parents_of(found, "COMMUNE", "01004") == [("GROUPEMENT", "200052678", None)]
        assert [p[:2] for p in parents_of(found, "GROUPEMENT", "200052678")] == [
            ("DEPARTEMENT", "01"), ("REGION", "84")
        ]  # fmt: skip

    def test_with_a_wrong_siren_are_set_apart_up_to_a_share(self, tmp_path):
        path = write_csv(tmp_path, BANATIC[0], "2000;PETR;PETR;210100046;Commune")

        with pytest.raises(SourceRefusedError, match="n’est pas un numéro SIREN"):
            complements.read_alone(small_source("banatic"), fetched("banatic", path), ground())
