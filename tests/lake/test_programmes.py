"""Reading the lists of programmes into today's territories."""

from dataclasses import replace
from datetime import date

import pytest

from jalon.lake.errors import SourceRefusedError
from jalon.lake.programmes import read_programme
from jalon.lake.reading import CoverageRow

from .small import fetched, small_country, small_source, write_csv

ACV = "insee_com,lib_com,id_acv,lib_acv,date_signature"
OTHER = "programme,id,libelle,code,lib_geo,maille"


def read(slug, path, **changes):
    source = small_source(slug, **{"max_rejected_share": 1.0, **changes})
    return read_programme(source, fetched(slug, path), small_country())


class TestReadProgramme:
    def test_gives_the_territory_of_today_and_keeps_the_declared_code(self, tmp_path):
        reading = read(
            "acv", write_csv(tmp_path, ACV, "01091,Châtillon,acv-1,Valserine,28-09-2018")
        )

        assert reading.coverages == (
            CoverageRow("acv", "acv-1", "Valserine", "COMMUNE", "01033", "01091", "SIGNATORY",
                        date(2018, 9, 28)),
        )  # fmt: skip
        assert reading.report.counts == {"code-reporte": 1}

    def test_keeps_an_undated_signature_and_says_so(self, tmp_path):
        reading = read("acv", write_csv(tmp_path, ACV, "01004,Ambérieu,acv-1,Ambérieu,"))

        assert reading.coverages[0].started_on is None
        assert reading.report.counts == {"date-absente": 1}
        assert reading.report.n_kept == 1

    def test_sets_the_second_of_two_equal_keys_apart(self, tmp_path):
        line = "01004,Ambérieu,acv-1,Ambérieu,28-09-2018"

        reading = read("acv", write_csv(tmp_path, ACV, line, line))

        assert len(reading.coverages) == 1
        assert str(reading.report.problems[0]).startswith("ligne 3 : même identifiant")
        assert reading.report.n_set_apart == 1

    def test_sets_an_unknown_code_apart(self, tmp_path):
        reading = read("acv", write_csv(tmp_path, ACV, "01999,Nulle part,acv-1,Nulle part,"))

        assert reading.coverages == ()
        assert reading.report.counts == {"code-inconnu": 1, "intervention-perdue": 1}

    def test_sets_an_ambiguous_code_apart_with_its_candidates(self, tmp_path):
        country = small_country(former={"85999": "85084"})
        moved = country.codes.movements[2]._replace(before="85999", after="85084")
        country = small_country(movements=(*country.codes.movements, moved))
        path = write_csv(tmp_path, ACV, "85999,Sainte-Florence,acv-1,Essarts,")
        source = small_source("acv", max_rejected_share=1.0)

        reading = read_programme(source, fetched("acv", path), country)

        assert reading.report.counts == {"code-ambigu": 1, "intervention-perdue": 1}
        assert "85084, 85165" in reading.report.problems[0].message

    def test_keeps_a_commune_split_since_on_the_one_that_has_the_code_and_says_so(self, tmp_path):
        path = write_csv(tmp_path, "insee_com,id_crte", "85084,crte-1", "01004,crte-2")

        reading = read("crte", path, in_use_on=date(2023, 1, 1))

        assert [c.code for c in reading.coverages] == ["85084", "01004"]
        (problem,) = reading.report.problems
        assert (problem.kind, problem.row, problem.value) == ("commune-separee", 2, "85084")
        assert problem.message.endswith("pas sur 85165")

    def test_says_nothing_of_a_split_that_the_list_already_knows(self, tmp_path):
        path = write_csv(tmp_path, "insee_com,id_crte", "85084,crte-1")

        reading = read("crte", path, in_use_on=date(2024, 1, 1))

        assert reading.report.counts == {}

    def test_names_an_intervention_none_of_whose_territories_is_known(self, tmp_path):
        path = write_csv(
            tmp_path,
            OTHER,
            "avenir_montagnes_mobilites,amm-1,PETR du Pays,200075794,PETR,siren",
            "avenir_montagnes_mobilites,amm-2,CC,200075794,PETR,siren",
            "avenir_montagnes_mobilites,amm-2,CC,240100883,CC,siren",
        )

        reading = read("autres-dispositifs", path)

        lost = [p for p in reading.report.problems if p.kind == "intervention-perdue"]
        assert [(p.row, p.value) for p in lost] == [(2, "amm-1")]
        assert "« PETR du Pays » (amm-1)" in lost[0].message

    def test_refuses_a_file_with_too_many_rows_in_error(self, tmp_path):
        path = write_csv(tmp_path, ACV, "01999,X,acv-1,X,", "01004,Ambérieu,acv-2,Ambérieu,")

        with pytest.raises(SourceRefusedError, match="1 lignes sur 2 sont en erreur") as refused:
            read("acv", path, max_rejected_share=0.02)

        assert "ligne 2 : aucune commune n’a ni n’a eu ce code" in str(refused.value)

    @pytest.mark.parametrize(
        ("line", "place"),
        [
            ("1004.0,Ambérieu,acv-1,Ambérieu,", "ligne 2, colonne « insee_com »"),
            ("01004,Ambérieu,acv-1,Ambérieu,hier", "ligne 2, colonne « date_signature »"),
        ],
    )
    def test_names_the_cause_before_the_total_that_follows_from_it(self, tmp_path, line, place):
        path = write_csv(tmp_path, ACV, line)

        with pytest.raises(SourceRefusedError, match=place):
            read("acv", path, rows_between=(150, 500), max_rejected_share=0.02)

    def test_refuses_a_file_cut_inside_its_last_column(self, tmp_path):
        path = write_csv(
            tmp_path,
            ACV,
            "01004,Ambérieu,acv-1,Ambérieu,28-09-2018",
            "01033,Valserhône,acv-2,Valserhône,28-09-2018",
        )
        path.write_bytes(path.read_bytes()[:-5])

        with pytest.raises(SourceRefusedError, match="ligne 3 : Le fichier est coupé"):
            read("acv", path)

    def test_accepts_a_last_line_that_is_right_without_its_end(self, tmp_path):
        path = write_csv(tmp_path, ACV, "01004,Ambérieu,acv-1,Ambérieu,28-09-2018")
        path.write_bytes(path.read_bytes()[:-1])

        assert read("acv", path).report.n_kept == 1

    def test_refuses_a_file_that_is_too_short_to_be_whole(self, tmp_path):
        path = write_csv(tmp_path, ACV, "01004,Ambérieu,acv-1,Ambérieu,")

        with pytest.raises(SourceRefusedError, match="1 trouvés, entre 150 et 500 attendus"):
            read("acv", path, rows_between=(150, 500))


class TestEachList:
    def test_france_services_sets_apart_a_place_without_date_of_label(self, tmp_path):
        header = "id_fs,insee_com,lib_fs,latitude,longitude,labellisation_fs"
        path = write_csv(
            tmp_path,
            header,
            "1,01033,Valserhône,46.1,5.8,Espace labellisé 01/01/2020",
            "2,69382,Lyon 2e,45.75,4.83,Espace labellisé 01/02/2021",
            "3,01004,Ambérieu,,,",
        )

        reading = read("france-services", path)

        found = [(c.code, c.declared_code, c.latitude, c.started_on) for c in reading.coverages]
        assert found == [
            ("01033", "01033", 46.1, date(2020, 1, 1)),
            ("69123", "69382", 45.75, date(2021, 2, 1)),
        ]
        assert reading.report.n_set_apart == 1

    def test_ort_keeps_the_signed_ones_only(self, tmp_path):
        header = 'Commune,Code commune,Signée ?,"Si signée, date de signature",Date de fin estimée'
        path = write_csv(
            tmp_path,
            header,
            "01 - Ambérieu-en-Bugey,01004,Signée,2020-06-23,23-06-2025",
            "01 - Valserhône,01033,Non signée,,",
            "85 - La Roche-sur-Yon,85191,Signée,2021-06-23,23-06-2020",
        )

        reading = read("ort", path)

        names = [(c.intervention_name, c.ended_on) for c in reading.coverages]
        assert names == [("Ambérieu-en-Bugey", date(2025, 6, 23)), ("La Roche-sur-Yon", None)]
        assert reading.report.counts == {"hors-objet": 1, "fin-avant-debut": 1}

    def test_crte_puts_a_commune_in_both_of_its_contracts(self, tmp_path):
        path = write_csv(
            tmp_path, "insee_com,lib_com,id_crte", "01004,Ambérieu,crte-84-74-8 ; crte-84-01-13"
        )

        reading = read("crte", path)

        assert [c.intervention_code for c in reading.coverages] == ["crte-84-74-8", "crte-84-01-13"]
        assert reading.coverages[0].intervention_name == "Contrat crte-84-74-8"
        assert reading.report.counts == {}

    def test_ti_finds_groupings_communes_and_communes_since_merged(self, tmp_path):
        path = write_csv(
            tmp_path,
            "id_ti,lib_ti,siren_groupement,lib_groupement",
            "ti-1,Plaine de l’Ain,240100883,CC",
            "ti-1,Plaine de l’Ain,210100046,Ambérieu",
            "ti-1,Plaine de l’Ain,210100913,Châtillon-en-Michaille",
            "ti-1,Plaine de l’Ain,999999999,PETR",
        )

        reading = read("ti-2018", path)

        found = [(c.kind, c.code) for c in reading.coverages]
        assert found == [("EPCI", "240100883"), ("COMMUNE", "01004"), ("COMMUNE", "01033")]
        assert reading.report.counts == {"code-reporte": 1, "siren-inconnu": 1}

    def test_other_schemes_go_each_to_its_own_programme(self, tmp_path):
        path = write_csv(
            tmp_path,
            OTHER,
            "cites_educatives,cite-1,Allonnes,01004,Ambérieu,commune",
            "avenir_montagnes_ingenierie,ami-1,Stations,240100883,CC,siren",
            "frla,OP1,PVD,01004,Ambérieu-en-Bugey,commune",
            "frla,OP1,ACV,01033,Valserhône,commune",
            "inconnu,x-1,Rien,01004,Ambérieu,commune",
        )

        reading = read("autres-dispositifs", path)

        found = [(c.programme, c.intervention_code, c.intervention_name) for c in reading.coverages]
        assert found == [
            ("cites-educatives", "cite-1", "Allonnes"),
            ("avenir-montagnes-ingenierie", "ami-1", "Stations"),
            ("frla", "OP1 01004", "Ambérieu-en-Bugey"),
            ("frla", "OP1 01033", "Valserhône"),
        ]
        assert reading.report.counts == {"programme-inconnu": 1}
        assert not any(c.started_on for c in reading.coverages)

    def test_ti_may_also_be_listed_by_commune(self, tmp_path):
        path = write_csv(tmp_path, "insee_com,lib_com,id_ti,lib_ti", "01091,Châtillon,ti-1,Plaine")

        reading = read("ti-2023", path)

        assert [(c.kind, c.code) for c in reading.coverages] == [("COMMUNE", "01033")]

    def test_other_schemes_may_come_as_the_two_official_live_lists(self, tmp_path):
        (tmp_path / "cites").mkdir()
        cites = write_csv(tmp_path / "cites", "id_cite;lib_cite;insee_com", "c-1;Allonnes;01004")
        fabriques = write_csv(tmp_path, "id_fabt,nom,insee_com", "f-1,LAB 01,01004")
        live = replace(
            fetched("autres-dispositifs"), paths={"cites": cites, "fabriques": fabriques}
        )

        reading = read_programme(small_source("autres-dispositifs"), live, small_country())

        found = [(c.programme, c.intervention_code, c.intervention_name) for c in reading.coverages]
        assert found == [
            ("cites-educatives", "c-1", "Allonnes"),
            ("fabriques-territoire", "f-1", "LAB 01"),
        ]
        assert set(reading.programmes) == {"cites-educatives", "fabriques-territoire"}
        left = [p.value for p in reading.report.problems if p.kind == "programme-laisse"]
        assert len(left) == reading.report.counts["programme-laisse"] == 8
        assert "frla" in left


class TestCityContracts:
    def test_cover_their_groupings_and_communes_with_their_date(self, tmp_path):
        path = write_csv(
            tmp_path,
            "id_contrat;lib_contrat;siren_epci;date_signature",
            "CV-01-1;Contrat de ville du Bugey;240100883;28/06/2024",
            "CV-69-1;Contrat de Lyon;69123;",
        )
        source = small_source("contrats-ville")

        reading = read_programme(source, fetched("contrats-ville", path), small_country())

        assert [(r.kind, r.code, r.role, r.started_on) for r in reading.coverages] == [
            ("EPCI", "240100883", "COVERED", date(2024, 6, 28)),
            ("COMMUNE", "69123", "COVERED", None),
        ]
