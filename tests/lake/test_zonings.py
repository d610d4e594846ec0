"""Reading the zonings."""

from datetime import date

import pytest

from jalon.lake.codes import Movement
from jalon.lake.errors import SourceRefusedError
from jalon.lake.reading import Label
from jalon.lake.zonings import read_zoning

from .small import fetched, small_country, small_source, write_csv

LOCAL = "Centre local d'équipements et de services"


class TestReadZoning:
    def test_labels_each_commune_once_without_stray_spaces(self, tmp_path):
        path = write_csv(
            tmp_path,
            "insee_com,lib_com,niveau_centralite",
            "01004,Ambérieu, Centre local d'équipements et de services ",
            "01033,Valserhône, - undefined",
            "01004,Ambérieu,Centre majeur",
            "01091,Châtillon,Centre local",
        )
        source = small_source("centralite", max_rejected_share=1.0)

        reading = read_zoning(source, fetched("centralite", path), small_country())

        assert reading.labels == (Label("centralite", "01004", LOCAL, date(2025, 1, 1)),)
        assert reading.report.counts == {"sans-classe": 1, "doublon": 1, "code-inconnu": 1}

    def test_sets_an_unknown_class_apart_with_its_row_and_column(self, tmp_path):
        path = write_csv(tmp_path, "insee_com,niveau_densite", "01004,Bourgs ruraux", "01033,9")
        source = small_source("densite", max_rejected_share=1.0)

        reading = read_zoning(source, fetched("densite", path), small_country())

        assert [label.code for label in reading.labels] == ["01004"]
        (problem,) = reading.report.problems
        assert (problem.row, problem.column, problem.value) == (3, "niveau_densite", "9")

    def test_refuses_a_file_of_unknown_classes(self, tmp_path):
        path = write_csv(tmp_path, "insee_com,niveau_densite", "01004,7", "01033,6")

        with pytest.raises(SourceRefusedError, match="« 7 » n’est pas une classe"):
            read_zoning(small_source("densite"), fetched("densite", path), small_country())

    def test_refuses_a_file_cut_inside_its_last_class(self, tmp_path):
        lines = ["insee_com,niveau_densite", *(f"{n:05},Bourgs ruraux" for n in (1004, 1033))]
        path = write_csv(tmp_path, *lines)
        path.write_bytes(path.read_bytes()[:-4])
        source = small_source("densite", max_rejected_share=1.0)

        with pytest.raises(SourceRefusedError, match="ligne 3 : Le fichier est coupé"):
            read_zoning(source, fetched("densite", path), small_country())


MERGER_OF_2024 = (Movement(date(2024, 1, 1), "01091", "01033"),)


def labels_of(slug, folder, *lines, movements=(), **changes):
    reading = read_zoning(
        small_source(slug, **changes),
        fetched(slug, write_csv(folder, *lines)),
        small_country(movements=movements),
    )
    return {(label.code, label.label) for label in reading.labels}, reading


class TestReadDatedZoning:
    def test_writes_the_codes_of_zrr_in_words_with_their_dates(self, tmp_path):
        lines = ("insee_code,status", "01004,C", "01033,PC", "85191,NC")

        found, reading = labels_of("zrr", tmp_path, *lines)

        assert found == {
            ("01004", "classée"), ("01033", "partiellement classée"), ("85191", "non classée")
        }  # fmt: skip
        dates = {(label.valid_from, label.valid_to) for label in reading.labels}
        assert dates == {(date(2017, 7, 1), date(2024, 7, 1))}

    def test_reads_the_columns_of_the_official_file_of_zrr(self, tmp_path):
        lines = ("CODGEO;LIBGEO;ZRR_SIMP", "01004;A;C - Classée en ZRR", "01033;V;NC - Non classée")

        found, _ = labels_of("zrr", tmp_path, *lines)

        assert found == {("01004", "classée"), ("01033", "non classée")}

    def test_carries_a_commune_merged_since(self, tmp_path):
        lines = ("insee_code,status", "01091,C", "01033,C")

        found, reading = labels_of("zrr", tmp_path, *lines, movements=MERGER_OF_2024)

        assert found == {("01033", "classée")}
        assert reading.report.counts == {"code-reporte": 1}

    def test_says_partly_classed_what_a_merger_brought_together(self, tmp_path):
        lines = ("insee_code,status", "01091,C", "01033,NC")

        found, _ = labels_of("zrr", tmp_path, *lines, movements=MERGER_OF_2024)

        assert found == {("01033", "partiellement classée")}

    def test_gives_the_parts_of_a_commune_split_since_the_class_it_had(self, tmp_path):
        split = (Movement(date(2024, 1, 1), "85084", "85084"),
                 Movement(date(2024, 1, 1), "85084", "85165"))  # fmt: skip

        found, _ = labels_of("zrr", tmp_path, "insee_code,status", "85084,C", movements=split)

        assert found == {("85084", "classée"), ("85165", "classée")}

    def test_of_frr_takes_an_empty_cell_for_not_classed(self, tmp_path):
        lines = ("codgeo;libgeo;codefrr", "01004;Ambérieu;", "01033;Valserhône;FRR+")

        found, reading = labels_of("frr", tmp_path, *lines)

        assert found == {("01004", "non classée"), ("01033", "FRR+")}
        assert {label.valid_from for label in reading.labels} == {date(2024, 7, 1)}

    def test_of_mountains_takes_an_absence_for_not_classed(self, tmp_path):
        lines = ("insee_com,lib_com,niveau_montagne", "01033,Valserhône,02 - Massif du Jura")

        found, reading = labels_of("montagne", tmp_path, *lines)

        assert ("01033", "Massif du Jura") in found
        assert ("01004", "non classée") in found
        assert len(found) == 7
        assert reading.report.counts == {"absence-deduite": 6}

    def test_of_qpv_of_2015_names_each_in_every_commune_it_spans(self, tmp_path):
        lines = (
            "code_qp;lib_qp;insee_com;lib_com",
            "QP001001;Les Courbes;01004;Ambérieu",
            'QP001002;Tiret;"=""01004;01033""";Ambérieu, Valserhône',
            "QP976001;Kawéni;97608;Mamoudzou",
        )

        found, reading = labels_of("qpv-2015", tmp_path, *lines)

        assert found == {
            ("01004", "Les Courbes (QP001001)"), ("01004", "Tiret (QP001002)"),
            ("01033", "Tiret (QP001002)"), ("97608", "Kawéni (QP976001)"),
        }  # fmt: skip
        ends = {label.code: label.valid_to for label in reading.labels}
        assert (ends["01004"], ends["97608"]) == (date(2024, 1, 1), date(2025, 1, 1))

    @pytest.mark.parametrize(
        ("slug", "column"), [("zrr", "status"), ("frr", "codefrr"), ("montagne", "niveau_montagne")]
    )
    def test_refuses_a_file_without_its_column(self, tmp_path, slug, column):
        with pytest.raises(SourceRefusedError, match=column):
            labels_of(slug, tmp_path, "insee_com,autre", "01004,C")
