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

    def test_must_be_whole(self, tmp_path: Path) -> None:
        path = self.write(tmp_path / "panel.parquet", "SELECT 1 AS insee")
        path.write_bytes(path.read_bytes()[:40])

        with pytest.raises(PanelError, match=r"« panel\.parquet » ne se lit pas"):
            read_panel(path, COLUMNS)
