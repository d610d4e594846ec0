"""Reading yearly figures into today's communes, then into larger territories."""

import pytest

from jalon.lake.errors import SourceRefusedError
from jalon.lake.series import read_series

from .small import fetched, small_country, small_source, write_parquet

POPULATION = "code_commune_2025 TEXT, annee SMALLINT, population BIGINT"
JOBS = "code TEXT, echelon TEXT, year INTEGER, eff_total INTEGER"
TURNOUT = (
    "annee SMALLINT, type TEXT, tour TINYINT, code_commune TEXT, inscrits INTEGER, votants INTEGER"
)


def read(slug, tmp_path, columns, rows, **changes):
    source = small_source(slug, **{"max_rejected_share": 1.0, **changes})
    path = write_parquet(tmp_path, columns, rows)
    return read_series(source, fetched(slug, path), small_country())


def figures(reading, grain="COMMUNE", indicator=None):
    """Give the figures of a grain by code and period."""
    rows = reading.observations.connection.execute(
        "SELECT code, period, value FROM observations WHERE grain = ? AND indicator = ?",
        [grain, indicator or reading.source.indicators[0]],
    ).fetchall()
    return {(code, period): value for code, period, value in rows}


class TestReadPopulation:
    def test_keeps_zero_and_missing_apart(self, tmp_path):
        rows = [("01004", 2020, 0), ("01033", 2020, None), ("85191", 2020, 54_000)]

        reading = read("population-communes", tmp_path, POPULATION, rows)

        assert figures(reading) == {("01004", 2020): 0.0, ("85191", 2020): 54_000.0}
        assert reading.report.counts["valeur-absente"] == 1

    def test_sets_every_row_of_a_duplicate_key_apart(self, tmp_path):
        rows = [("01004", 2020, 1), ("01004", 2020, 2), ("01033", 2020, 3)]

        reading = read("population-communes", tmp_path, POPULATION, rows)

        assert figures(reading) == {("01033", 2020): 3.0}
        assert reading.report.counts["doublon"] == 2

    def test_refuses_a_file_without_its_columns(self, tmp_path):
        with pytest.raises(
            SourceRefusedError, match=r"« population ». Colonnes trouvées : code_co"
        ):
            read("population-communes", tmp_path, "code_commune_2025 TEXT, annee INTEGER", [])

    def test_names_only_the_columns_of_the_file(self, tmp_path):
        with pytest.raises(SourceRefusedError) as refused:
            read("population-communes", tmp_path, "code_commune_2025 TEXT, annee INTEGER", [])

        assert "file_row_number" not in str(refused.value)

    def test_refuses_a_file_cut_short(self, tmp_path):
        path = write_parquet(tmp_path, POPULATION, [("01004", 2020, 1)])
        path.write_bytes(path.read_bytes()[:-20])
        source = small_source("population-communes")

        with pytest.raises(SourceRefusedError, match="coupé ou illisible"):
            read_series(source, fetched(source.slug, path), small_country())


class TestReadJobs:
    def test_adds_up_arrondissements_and_former_communes(self, tmp_path):
        rows = [
            ("69381", "communes", 2014, 1_000),
            ("69382", "communes", 2014, 500),
            ("01091", "communes", 2014, 7),
            ("01033", "communes", 2014, 30),
            ("69", "dep", 2014, 999_999),
        ]

        reading = read("emploi-prive-urssaf", tmp_path, JOBS, rows)

        found = figures(reading)
        assert found["69123", 2014] == 1_500
        assert found["01033", 2014] == 37

    def test_refuses_a_file_without_any_row_of_commune(self, tmp_path):
        rows = [("01033", "COM", 2014, 30), ("69", "dep", 2014, 500)]

        with pytest.raises(SourceRefusedError, match=r"« echelon ».*COM, dep"):
            read("emploi-prive-urssaf", tmp_path, JOBS, rows)

    def test_refuses_too_few_rows_kept_however_many_were_read(self, tmp_path):
        rows = [("01033", "communes", 2014, 30), *(("69", "dep", y, 1) for y in range(2000, 2020))]

        with pytest.raises(SourceRefusedError, match="1 trouvés, entre 15 et 30"):
            read("emploi-prive-urssaf", tmp_path, JOBS, rows, rows_between=(15, 30))

    def test_gives_zero_only_where_the_departement_is_covered(self, tmp_path):
        reading = read("emploi-prive-urssaf", tmp_path, JOBS, [("01033", "communes", 2014, 30)])

        assert figures(reading) == {("01033", 2014): 30.0, ("01004", 2014): 0.0}
        assert reading.report.counts["zero-deduit"] == 1

    def test_leaves_the_parts_of_a_split_commune_missing_but_counts_them_above(self, tmp_path):
        rows = [("85084", "communes", 2014, 400), ("85191", "communes", 2014, 20_000)]

        reading = read("emploi-prive-urssaf", tmp_path, JOBS, rows)

        assert figures(reading) == {("85191", 2014): 20_000.0}
        assert figures(reading, "EPCI")["200023778", 2014] == 400
        assert figures(reading, "DEPARTEMENT")["85", 2014] == 20_400
        assert reading.report.counts["code-ambigu"] == 1


class TestReadTurnout:
    def test_gives_the_first_round_in_percent_with_both_terms(self, tmp_path):
        rows = [
            (2022, "pres", 1, "01004", 9_000, 6_750),
            (2022, "pres", 2, "01004", 9_000, 1),
            (2022, "legi", 1, "01004", 9_000, 4_500),
        ]

        reading = read("participation-elections", tmp_path, TURNOUT, rows)

        observed = reading.observations.connection.execute(
            "SELECT indicator, value, numerator, denominator FROM observations "
            "WHERE grain = 'COMMUNE' ORDER BY 1"
        ).fetchall()
        assert observed == [
            ("participation-legislative", 50.0, 4_500.0, 9_000.0),
            ("participation-presidentielle", 75.0, 6_750.0, 9_000.0),
        ]

    def test_carries_each_round_from_the_communes_of_its_day(self, tmp_path):
        rows = [
            (2017, "pres", 1, "01091", 100, 90),
            (2017, "pres", 1, "01033", 300, 190),
            (2022, "pres", 1, "85084", 4_000, 3_000),
            (2024, "euro", 1, "85084", 4_000, 2_000),
        ]

        reading = read("participation-elections", tmp_path, TURNOUT, rows)

        indicator = "participation-presidentielle"
        assert figures(reading, indicator=indicator) == {("01033", 2017): 70.0}
        assert figures(reading, "EPCI", indicator)["200023778", 2022] == 75.0
        assert figures(reading, indicator="participation-europeenne") == {("85084", 2024): 50.0}

    def test_gives_a_larger_territory_the_ratio_of_sums(self, tmp_path):
        rows = [(2022, "pres", 1, "01004", 1_000, 500), (2022, "pres", 1, "01033", 3_000, 2_700)]

        reading = read("participation-elections", tmp_path, TURNOUT, rows)

        assert figures(reading, "EPCI", "participation-presidentielle") == {
            ("240100883", 2022): 80.0
        }

    def test_gives_no_figure_where_too_few_people_are_observed(self, tmp_path):
        rows = [(2022, "pres", 1, "85191", 40_000, 30_000), (2022, "pres", 1, "01004", 10, 5)]

        reading = read("participation-elections", tmp_path, TURNOUT, rows)

        indicator = "participation-presidentielle"
        assert figures(reading, "DEPARTEMENT", indicator) == {}
        assert figures(reading, "EPCI", indicator) == {("248500589", 2022): 75.0}
        assert reading.report.counts["agregat-non-donne"] == 6

    def test_sets_more_voters_than_registered_apart(self, tmp_path):
        reading = read(
            "participation-elections", tmp_path, TURNOUT, [(2022, "pres", 1, "01004", 209, 212)]
        )

        (problem, *_) = reading.report.problems
        assert problem.message == "plus de votants que d’inscrits (2022)"
        assert (problem.row, problem.value) == (1, "01004")

    def test_refuses_a_file_whose_rounds_are_all_unknown(self, tmp_path):
        rows = [(2022, "PRES", 1, "01004", 209, 200)]

        with pytest.raises(SourceRefusedError, match=r"« type ».*PRES"):
            read("participation-elections", tmp_path, TURNOUT, rows)

    def test_notes_a_round_whose_day_is_not_known(self, tmp_path):
        rows = [(2003, "refe", 1, "01004", 209, 200), (2022, "pres", 1, "01004", 209, 200)]

        reading = read("participation-elections", tmp_path, TURNOUT, rows)

        assert reading.report.counts["scrutin-inconnu"] == 1
        assert len(figures(reading, indicator="participation-presidentielle")) == 1

    def test_refuses_a_file_whose_codes_are_mostly_unknown(self, tmp_path):
        rows = [(2022, "pres", 1, "99001", 10, 5), (2022, "pres", 1, "01004", 10, 5)]

        with pytest.raises(SourceRefusedError, match="1 lignes sur 2 sont en erreur"):
            read("participation-elections", tmp_path, TURNOUT, rows, max_rejected_share=0.02)


DAMAGED = [
    ("annee TEXT, population BIGINT", ("mille", 10), "valeur-illisible", "annee", "mille"),
    ("annee SMALLINT, population BIGINT", (None, 10), "valeur-absente", "annee", None),
    ("annee SMALLINT, population BIGINT", (9_999, 10), "valeur-hors-bornes", "annee", "9999"),
    ("annee SMALLINT, population TEXT", (2020, "10 hab"), "valeur-illisible", "population",
     "10 hab"),
    ("annee SMALLINT, population DOUBLE", (2020, float("nan")), "valeur-illisible", "population",
     "nan"),
    ("annee SMALLINT, population DOUBLE", (2020, float("inf")), "valeur-illisible", "population",
     "inf"),
    ("annee SMALLINT, population BIGINT", (2020, -1), "valeur-negative", "population", "-1"),
    ("annee SMALLINT, population BIGINT", (2020, 15_000_000), "valeur-hors-bornes", "population",
     "15000000"),
]  # fmt: skip


class TestDamagedFigures:
    @pytest.mark.parametrize(("columns", "cells", "kind", "column", "value"), DAMAGED)
    def test_are_set_apart_with_their_row_and_column(
        self, tmp_path, columns, cells, kind, column, value
    ):
        good = tuple("2021" if isinstance(cell, str) else 2021 for cell in cells)
        rows = [("85191", *good), ("01004", *cells)]

        reading = read("population-communes", tmp_path, f"code_commune_2025 TEXT, {columns}", rows)

        assert figures(reading) == {("85191", 2021): 2_021.0}
        (problem,) = (p for p in reading.report.problems if p.kind == kind)
        assert (problem.row, problem.column, problem.value) == (2, column, value)

    def test_of_turnout_are_set_apart_whatever_the_column(self, tmp_path):
        text = "annee TEXT, type TEXT, tour TEXT, code_commune TEXT, inscrits TEXT, votants TEXT"
        good = ("2022", "pres", "1", "01004", "10", "5")
        other = (*good[:3], "85191", *good[4:])
        bad = [(*good[:n], "?", *good[n + 1 :]) for n in (0, 2, 4, 5)]

        reading = read("participation-elections", tmp_path, text, [other, *bad])

        found = [(p.row, p.column) for p in reading.report.problems if p.value == "?"]
        assert found == [(2, "annee"), (3, "tour"), (4, "inscrits"), (5, "votants")]
        assert reading.report.n_kept == 1

    def test_refuse_the_file_when_they_are_many(self, tmp_path):
        rows = [("01004", 10_014, 10), ("01033", 10_014, 10)]

        with pytest.raises(SourceRefusedError, match="ligne 1, colonne « annee »"):
            read("population-communes", tmp_path, POPULATION, rows, max_rejected_share=0.02)

    def test_refuse_the_file_when_codes_are_numbers_without_their_zero(self, tmp_path):
        columns = "code_commune_2025 INTEGER, annee SMALLINT, population BIGINT"

        with pytest.raises(SourceRefusedError, match="ligne 1 : aucune commune"):
            read(
                "population-communes", tmp_path, columns, [(1004, 2020, 1)], max_rejected_share=0.02
            )

    def test_refuse_the_file_when_a_year_adds_up_to_another_country(self, tmp_path):
        rows = [("01004", 2019, 10_000), ("01004", 2020, 100_000)]

        with pytest.raises(SourceRefusedError, match="total de 2020 : 100000 trouvés"):
            read("population-communes", tmp_path, POPULATION, rows, total_between=(5_000, 20_000))

    def test_refuse_a_file_damaged_in_its_middle(self, tmp_path):
        path = write_parquet(
            tmp_path, POPULATION, [("01004", year, 7) for year in range(1950, 2020)]
        )
        content = path.read_bytes()
        path.write_bytes(content[:8] + b"\xff" * 40 + content[48:])
        source = small_source("population-communes")

        with pytest.raises(SourceRefusedError, match="Parquet abîmé"):
            read_series(source, fetched(source.slug, path), small_country())
