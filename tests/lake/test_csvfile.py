"""Reading a CSV list, whatever its encoding, separator and accidents."""

import pytest

from jalon.lake.csvfile import read_rows
from jalon.lake.errors import SourceRefusedError
from jalon.lake.list_rows import AcvRow
from jalon.lake.report import ValidationReport

from .small import write_csv

HEADER = "insee_com,lib_com,id_acv,lib_acv,date_signature"
AGEN = "47001,Agen,acv-003,Agen,12-09-2018"


class TestReadRows:
    def test_reads_every_line_with_its_number_in_a_spreadsheet(self, tmp_path):
        path = write_csv(tmp_path, HEADER, AGEN, '34003,"Agde,\nla perle",acv-002,Agde,', AGEN)

        rows = read_rows(path, AcvRow, ValidationReport("acv"))

        assert [number for number, _ in rows] == [2, 3, 4]
        assert rows[1][1].started_on is None

    def test_accepts_semicolons_a_bom_and_other_names_of_columns(self, tmp_path):
        header = "Code commune;Libellé;ID ACV;Date de signature"
        path = write_csv(tmp_path, header, "47001;Agen;acv-003;2018-09-12", encoding="utf-8-sig")

        ((_, row),) = read_rows(path, AcvRow, ValidationReport("acv"))

        assert (row.code, row.site, str(row.started_on)) == ("47001", "acv-003", "2018-09-12")

    def test_reads_windows_1252_and_counts_a_repair(self, tmp_path):
        path = write_csv(tmp_path, HEADER, "57463,Évry,acv-100,Évry – centre,", encoding="cp1252")
        report = ValidationReport("acv")

        ((_, row),) = read_rows(path, AcvRow, report)

        assert row.name == "Évry – centre"
        assert report.counts["encodage"] == report.n_repaired == 1
        assert report.problems[0].row == 2

    def test_restores_a_lost_leading_zero_and_counts_it(self, tmp_path):
        path = write_csv(tmp_path, HEADER, "1004,Ambérieu,acv-008,Ambérieu,", AGEN)
        report = ValidationReport("acv")

        (_, first), _ = read_rows(path, AcvRow, report)

        assert first.code == "01004"
        assert report.counts == {"zero-de-tete": 1}
        assert str(report.problems[0]).startswith("ligne 2, colonne « insee_com » : code « 1004 »")

    def test_sets_a_wrong_cell_apart_and_says_where(self, tmp_path):
        path = write_csv(tmp_path, HEADER, AGEN, "47001,Agen,acv-003,Agen,hier")
        report = ValidationReport("acv")

        rows = read_rows(path, AcvRow, report)

        assert len(rows) == report.n_set_apart == 1
        (problem,) = report.problems
        assert (problem.row, problem.column, problem.value) == (3, "date_signature", "hier")
        assert "« hier » n’est pas une date" in problem.message

    def test_sets_a_line_with_too_many_columns_apart(self, tmp_path):
        path = write_csv(tmp_path, HEADER, f"{AGEN},de,trop", AGEN)
        report = ValidationReport("acv")

        rows = read_rows(path, AcvRow, report)

        assert len(rows) == 1
        assert report.counts == {"nombre-de-colonnes": 1}

    def test_refuses_a_missing_column_and_names_those_found(self, tmp_path):
        path = write_csv(tmp_path, "insee_com,lib_com,date_signature", "47001,Agen,")

        with pytest.raises(SourceRefusedError) as refused:
            read_rows(path, AcvRow, ValidationReport("acv"))

        assert "Il manque la colonne « id_acv »" in str(refused.value)
        assert "Colonnes trouvées : insee_com, lib_com, date_signature" in str(refused.value)
        assert refused.value.report.is_refused

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (f"{HEADER}\n{AGEN}\n34003,Agd".encode(), "sa dernière ligne n’a que 2 colonnes sur 5"),
            (f'{HEADER}\n{AGEN}\n34003,"Agd'.encode(), "guillemet ouvert n’est jamais fermé"),
            (b"", "Le fichier est vide"),
            (b"PK\x03\x04\x00\x00classeur", "contenu binaire"),
            (f"{HEADER}\n47001,Ag\x81en,,,\n".encode("latin-1"), "Ni UTF-8 ni Windows-1252"),
        ],
        ids=["cut", "open quote", "empty", "spreadsheet", "no encoding"],
    )
    def test_refuses_a_file_that_is_not_whole(self, tmp_path, content, reason):
        path = tmp_path / "liste.csv"
        path.write_bytes(content)

        with pytest.raises(SourceRefusedError, match=reason):
            read_rows(path, AcvRow, ValidationReport("acv"))
