"""Panels read from CSV and Parquet files."""

from pathlib import Path

import duckdb
import numpy as np
import pytest

from jalon.causal import Columns, PanelError
from jalon.causal.read import read_panel

COLUMNS = Columns(unit="insee", period="annee", cohort="vague", outcomes=("emploi",))
ROWS = ["01001;2020;NA;10,5", "01001;2021;;11", "2A004;2020;2021;3", "2A004;2021;2021;NA"]


def write(path: Path, rows: list[str], encoding: str = "utf-8") -> Path:
    path.write_text("\n".join(["insee;annee;vague;emploi", *rows, ""]), encoding=encoding)
    return path


class TestCsv:
    def test_keeps_leading_zeros_and_reads_missing_values(self, tmp_path: Path) -> None:
        rows = [row.replace("10,5", "10.5") for row in ROWS]

        panel = read_panel(write(tmp_path / "panel.csv", rows), COLUMNS)

        assert list(panel.units) == ["01001", "2A004"]
        assert list(panel.cohort) == [np.inf, 2021]
        assert panel.outcomes["emploi"][0].tolist() == [10.5, 11.0]
        assert np.isnan(panel.outcomes["emploi"][1, 1])

    def test_says_where_a_text_stands_in_the_file(self, tmp_path: Path) -> None:
        with pytest.raises(PanelError) as error:
            read_panel(write(tmp_path / "panel.csv", ROWS), COLUMNS)

        assert str(error.value) == "ligne 2, colonne « emploi » : « 10,5 » n’est pas un nombre."

    def test_says_where_a_row_is_repeated(self, tmp_path: Path) -> None:
        rows = ["01001;2020;0;1", "01001;2021;0;1", "01001;2020;0;1"]

        with pytest.raises(PanelError, match="lignes 2 et 4 : deux lignes pour l’unité « 01001 »"):
            read_panel(write(tmp_path / "panel.csv", rows), COLUMNS)

    def test_lists_its_columns_when_one_misses(self, tmp_path: Path) -> None:
        columns = Columns(unit="code", period="annee", cohort="vague", outcomes=("emploi",))

        with pytest.raises(PanelError) as error:
            read_panel(write(tmp_path / "panel.csv", ROWS), columns)

        assert str(error.value) == (
            "Colonne absente : code. Colonnes présentes : insee, annee, vague, emploi."
        )

    def test_must_be_utf8(self, tmp_path: Path) -> None:
        path = write(tmp_path / "panel.csv", ["Évry;2020;0;1", "Évry;2021;0;1"], "latin-1")

        with pytest.raises(PanelError, match="UTF-8"):
            read_panel(path, COLUMNS)

    @pytest.mark.parametrize("end", ["\r\n", "\r"])
    def test_may_end_its_lines_as_windows_or_old_machines_do(
        self, tmp_path: Path, end: str
    ) -> None:
        path = tmp_path / "panel.csv"
        rows = ["insee;annee;vague;emploi", "01001;2020;0;1", "01001;2021;0;2", ""]
        path.write_bytes(end.join(rows).encode())

        assert read_panel(path, COLUMNS).outcomes["emploi"].tolist() == [[1, 2]]

    def test_may_not_mix_ends_of_lines(self, tmp_path: Path) -> None:
        path = tmp_path / "panel.csv"
        path.write_bytes(b"insee;annee;vague;emploi\r\n01001;2020;0;1\n01001;2021;0;2\r\n")

        with pytest.raises(PanelError, match="mêle des fins de ligne"):
            read_panel(path, COLUMNS)

    @pytest.mark.parametrize(
        ("row", "message"),
        [
            ("01001;2021", "ligne 3 : 2 valeurs pour 4 colonnes"),
            ("01001;2021;0;1;9", "ligne 3 : 5 valeurs pour 4 colonnes"),
            ('"01001;2021;0;1', "ligne 3 : 1 valeurs pour 4 colonnes"),
        ],
    )
    def test_says_which_row_is_cut(self, tmp_path: Path, row: str, message: str) -> None:
        rows = ["01001;2020;0;1", row, "01002;2020;0;1"]

        with pytest.raises(PanelError, match=message):
            read_panel(write(tmp_path / "panel.csv", rows), COLUMNS)

    def test_says_which_row_is_cut_far_away(self, tmp_path: Path) -> None:
        rows = [f"{unit};2020;0;1" for unit in range(40_000)]
        rows[36_000] = "36000;2020"

        with pytest.raises(PanelError, match="ligne 36002 : 2 valeurs pour 4 colonnes"):
            read_panel(write(tmp_path / "panel.csv", rows), COLUMNS)

    def test_counts_blank_lines_and_breaks_inside_quotes(self, tmp_path: Path) -> None:
        rows = ["01001;2020;0;1", "", '"01\n002";2020;0;1', "", "01003;2020;0;beaucoup"]

        with pytest.raises(PanelError, match="ligne 7, colonne « emploi » : « beaucoup »"):
            read_panel(write(tmp_path / "panel.csv", rows), COLUMNS)

    def test_takes_a_comment_for_a_cut_row(self, tmp_path: Path) -> None:
        with pytest.raises(PanelError, match="ligne 2 : 1 valeurs pour 4 colonnes"):
            read_panel(write(tmp_path / "panel.csv", ["# essai", "01001;2020;0;1"]), COLUMNS)

    @pytest.mark.parametrize("content", ["", "\n\n"])
    def test_may_not_be_empty(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "panel.csv").write_text(content)

        with pytest.raises(PanelError, match="est vide"):
            read_panel(tmp_path / "panel.csv", COLUMNS)

    def test_may_not_name_two_columns_alike(self, tmp_path: Path) -> None:
        (tmp_path / "panel.csv").write_text("insee,annee,vague,emploi,emploi\n")

        with pytest.raises(PanelError, match="plusieurs colonnes portent le nom emploi"):
            read_panel(tmp_path / "panel.csv", COLUMNS)

    def test_reads_na_as_a_missing_cluster(self, tmp_path: Path) -> None:
        columns = Columns(
            unit="insee", period="annee", cohort="vague", outcomes=("emploi",), cluster="vague"
        )

        panel = read_panel(write(tmp_path / "p.csv", ["1;2020;NA;1", "2;2020;3;1"]), columns)

        assert panel.usable.tolist() == [[True], [True]]
        assert panel.cohort.tolist() == [np.inf, 3]

    def test_must_exist(self, tmp_path: Path) -> None:
        with pytest.raises(PanelError, match="n’existe pas"):
            read_panel(tmp_path / "absent.csv", COLUMNS)


class TestParquet:
    def write(self, path: Path, query: str) -> Path:
        duckdb.sql(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
        return path

    def test_is_read_with_its_types(self, tmp_path: Path) -> None:
        query = (
            "SELECT * FROM (VALUES ('01001', 2020, NULL, 1.5), ('01001', 2021, NULL, 2.5),"
            " ('2A004', 2020, 2021, 3), ('2A004', 2021, 2021, NULL))"
            " AS t(insee, annee, vague, emploi)"
        )

        panel = read_panel(self.write(tmp_path / "panel.parquet", query), COLUMNS)

        assert list(panel.units) == ["01001", "2A004"]
        assert list(panel.cohort) == [np.inf, 2021]
        assert panel.outcomes["emploi"][0].tolist() == [1.5, 2.5]

    def test_counts_rows_from_one(self, tmp_path: Path) -> None:
        query = "SELECT 'a' AS insee, 2020 AS annee, 0 AS vague, 'beaucoup' AS emploi"

        with pytest.raises(PanelError, match="ligne 1, colonne « emploi » : « beaucoup »"):
            read_panel(self.write(tmp_path / "panel.parquet", query), COLUMNS)

    @pytest.mark.parametrize(
        "unit", ["'a'::BLOB", "['a', 'b']", "12345678901234567890.01::DECIMAL(24, 2)", "1::HUGEINT"]
    )
    def test_may_name_units_by_any_type(self, tmp_path: Path, unit: str) -> None:
        query = (
            f"SELECT {unit} AS insee, annee, 0 AS vague, 1.5 AS emploi"  # noqa: S608
            " FROM (VALUES (2020), (2021)) AS t(annee)"
        )

        panel = read_panel(self.write(tmp_path / "panel.parquet", query), COLUMNS)

        assert panel.outcomes["emploi"].tolist() == [[1.5, 1.5]]

    def test_keeps_every_digit_of_an_identifier(self, tmp_path: Path) -> None:
        query = (
            "SELECT unit::DECIMAL(38, 0) AS insee, 2020 AS annee, 0 AS vague, 1 AS emploi FROM"
            " (VALUES ('12345678901234567890123'), ('12345678901234567890124')) AS t(unit)"
        )

        panel = read_panel(self.write(tmp_path / "panel.parquet", query), COLUMNS)

        assert len(panel.units) == 2

    def test_must_be_whole(self, tmp_path: Path) -> None:
        path = self.write(tmp_path / "panel.parquet", "SELECT 1 AS insee")
        path.write_bytes(path.read_bytes()[:40])

        with pytest.raises(PanelError, match=r"« panel\.parquet » ne se lit pas"):
            read_panel(path, COLUMNS)
