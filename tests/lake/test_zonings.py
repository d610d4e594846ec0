"""Reading the zonings."""

import pytest

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

        assert reading.labels == (Label("centralite", "01004", LOCAL),)
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
