"""Reading a table of figures as its cards declare it, and refusing what is wrong in it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from jalon.lake.country import TerritoryRow
from jalon.lake.declared_series import read_declared
from jalon.lake.errors import SourceRefusedError
from jalon.lake.series_cards import HiddenWhen, Rule, Scale, SeriesCard
from jalon.lake.source import Source, SourceFile, SourceKind

from .small import fetched, small_country, write_csv, write_parquet

BEDS = SeriesCard("lits", Rule.SUM, Scale.COUNT, "COMMUNE", code="code", period="an", value="lits")


def source_of(*cards: SeriesCard, **changes: object) -> Source:
    return Source(
        slug="lits",
        title="Lits",
        publisher="Ministère",
        page_url="https://exemple.fr",
        vintage="2024",
        kind=SourceKind.SERIES,
        files=(SourceFile("source", mirror="lits.csv"),),
        series=cards,
        **{"max_rejected_share": 0.0, **changes},
    )


def read(path: Path, *cards: SeriesCard, country=None, **changes: object):
    source = source_of(*(cards or (BEDS,)), **changes)
    return read_declared(source, fetched("lits", path), country or small_country())


def rows(reading, grain="COMMUNE"):
    """Give (value, status) by code and period."""
    found = reading.observations.connection.execute(
        "SELECT code, period, value, status FROM observations WHERE grain = ?", [grain]
    ).fetchall()
    return {(code, period): (value, status) for code, period, value, status in found}


class TestReadDeclared:
    def test_reads_a_csv_of_any_separator_with_decimal_commas(self, tmp_path):
        rate = replace(BEDS, rule=Rule.NONE, scale=Scale.PERCENT, value="taux")
        path = write_csv(tmp_path, "Code;An;Taux", '01004;2020;"12,5"', "01033;2020;99")

        assert rows(read(path, rate)) == {
            ("01004", 2020): (12.5, None),
            ("01033", 2020): (99.0, None),
        }

    def test_reads_parquet_and_json_alike(self, tmp_path):
        columns = "code TEXT, an INTEGER, lits DOUBLE"
        parquet = write_parquet(tmp_path, columns, [("01004", 2020, 7.0), ("01033", 2020, None)])
        listed = tmp_path / "lits.json"
        listed.write_text(
            '[{"code": "01004", "an": 2020, "lits": 7},'
            ' {"code": "01033", "an": 2020, "lits": null}]'
        )

        assert rows(read(parquet)) == rows(read(listed)) == {("01004", 2020): (7.0, None)}

    def test_keeps_only_the_rows_asked(self, tmp_path):
        card = replace(BEDS, where={"maille": "commune", "sexe": "tous"})
        path = write_csv(
            tmp_path, "code,an,lits,maille,sexe", "01004,2020,7,commune,tous",
            "01004,2020,3,commune,F", "01,2020,9,departement,tous",
        )  # fmt: skip

        assert rows(read(path, card)) == {("01004", 2020): (7.0, None)}

    def test_carries_the_codes_of_another_year(self, tmp_path):
        card = replace(BEDS, codes_on=date(2018, 1, 1))
        path = write_csv(tmp_path, "code,an,lits", "01091,2018,7", "01033,2018,30")

        assert rows(read(path, card)) == {("01033", 2018): (37.0, None)}

    def test_gives_no_mean_to_a_commune_made_of_several(self, tmp_path):
        mean = replace(BEDS, rule=Rule.WEIGHTED_MEAN, codes_on=date(2018, 1, 1))
        path = write_csv(tmp_path, "code,an,lits", "01091,2018,7", "01033,2018,30", "01004,2018,5")

        reading = read(path, mean)

        assert rows(reading) == {("01004", 2018): (5.0, None)}
        assert reading.report.counts["fusion-sans-poids"] == 1

    def test_reads_several_cards_from_one_file(self, tmp_path):
        rooms = replace(BEDS, indicator="chambres", value="chambres")
        path = write_csv(tmp_path, "code,an,lits,chambres", "01004,2020,7,4")

        observed = (
            read(path, BEDS, rooms)
            .observations.connection.execute(
                "SELECT indicator, value FROM observations WHERE grain = 'COMMUNE' ORDER BY 1"
            )
            .fetchall()
        )

        assert observed == [("chambres", 4.0), ("lits", 7.0)]


class TestLargerTerritories:
    LINES = ("code,an,lits", "01004,2020,10", "01033,2020,26")

    def test_add_up_a_sum(self, tmp_path):
        reading = read(write_csv(tmp_path, *self.LINES))

        assert rows(reading, "DEPARTEMENT") == {("01", 2020): (36.0, None)}

    def test_weigh_a_mean_by_population(self, tmp_path):
        mean = replace(BEDS, rule=Rule.WEIGHTED_MEAN)

        reading = read(write_csv(tmp_path, *self.LINES), mean)

        expected = (10 * 15_000 + 26 * 16_000) / 31_000
        ((value, status),) = rows(reading, "DEPARTEMENT").values()
        assert (value, status) == (pytest.approx(expected), None)

    def test_divide_sums_for_a_ratio(self, tmp_path):
        ratio = replace(
            BEDS, rule=Rule.RATIO, value="", numerator="lits", denominator="habitants", factor=1000
        )
        path = write_csv(
            tmp_path, "code,an,lits,habitants", "01004,2020,10,1000", "01033,2020,0,9000"
        )

        assert rows(read(path, ratio))["01004", 2020] == (10.0, None)
        assert rows(read(path, ratio), "DEPARTEMENT")["01", 2020] == (1.0, None)

    def test_have_no_figure_without_a_rule(self, tmp_path):
        median = replace(BEDS, rule=Rule.NONE)

        assert rows(read(write_csv(tmp_path, *self.LINES), median), "DEPARTEMENT") == {}


class TestSuppressedMissingAndZero:
    def test_are_three_things(self, tmp_path):
        card = replace(BEDS, suppressed=("s",), missing=("", "NA"))
        path = write_csv(
            tmp_path, "code,an,lits", "01004,2020,0", "01033,2020,s", "69123,2020,NA", "85084,2020,"
        )

        reading = read(path, card)

        assert rows(reading) == {("01004", 2020): (0.0, None), ("01033", 2020): (None, "SECRET")}
        assert reading.report.counts["valeur-secrete"] == 1
        assert reading.report.counts["valeur-absente"] == 2

    def test_a_sum_that_lacks_a_hidden_figure_is_hidden(self, tmp_path):
        card = replace(BEDS, suppressed=("s",))
        path = write_csv(tmp_path, "code,an,lits", "01004,2020,5", "01033,2020,s")

        assert rows(read(path, card), "DEPARTEMENT") == {("01", 2020): (None, "SECRET")}

    def test_an_empty_figure_of_few_cases_is_suppressed(self, tmp_path):
        card = replace(
            BEDS, rule=Rule.NONE, scale=Scale.AMOUNT, suppressed_when=HiddenWhen("ventes", 1, 10)
        )
        path = write_csv(
            tmp_path, "code,an,lits,ventes", "01004,2020,,3", "01033,2020,,0", "69123,2020,9,40"
        )

        assert rows(read(path, card)) == {
            ("01004", 2020): (None, "SECRET"),
            ("69123", 2020): (9.0, None),
        }

    def test_a_territory_always_at_zero_may_be_one_that_the_file_ignores(self, tmp_path):
        card = replace(BEDS, zero_throughout_is_missing=True)
        path = write_csv(
            tmp_path, "code,an,lits", "01004,2020,0", "01004,2021,0", "01033,2020,0", "01033,2021,4"
        )

        assert rows(read(path, card)) == {
            ("01033", 2020): (0.0, None),
            ("01033", 2021): (4.0, None),
        }


class TestBadFiles:
    @pytest.mark.parametrize(
        ("line", "column", "message"),
        [
            ("01004,2021,NaN", "lits", "« NaN » n’est pas un nombre"),
            ("01004,2021,beaucoup", "lits", "« beaucoup » n’est pas un nombre"),
            ("01004,2021,1e308", "lits", "« 1e308 » dépasse toute grandeur plausible"),
            ("01004,2021,inf", "lits", "« inf » dépasse toute grandeur plausible"),
            ("01004,2021,-3", "lits", "« -3 » : une quantité ne peut pas être négative"),
            ("01004,vingt,3", "an", "« vingt » n’est pas une année"),
            ("01004,20211,3", "an", "« 20211 » n’est pas une année"),
            ("01004,2020,3", "code", "le même territoire revient la même année (2020)"),
            (",2021,3", "code", "le code du territoire est vide"),
        ],
    )
    def test_are_refused_with_row_and_column(self, tmp_path, line, column, message):
        path = write_csv(tmp_path, "code,an,lits", "01004,2020,1", "01033,2020,1", line)

        with pytest.raises(SourceRefusedError) as caught:
            read(path)

        (*_, problem) = [p for p in caught.value.report.problems if p.severity == "ROW"]
        assert (problem.row, problem.column) == (4, column)
        assert message in problem.message
        assert "ligne " in str(caught.value)

    def test_code_outside_the_cog_is_refused(self, tmp_path):
        path = write_csv(tmp_path, "code,an,lits", "01004,2020,1", "99999,2020,1")

        with pytest.raises(
            SourceRefusedError, match=r"ligne 3.*aucune commune n’a ni n’a eu ce code"
        ):
            read(path)

    def test_percentage_out_of_bounds_is_refused(self, tmp_path):
        share = replace(BEDS, rule=Rule.NONE, scale=Scale.PERCENT)
        path = write_csv(tmp_path, "code,an,lits", "01004,2020,101")

        with pytest.raises(
            SourceRefusedError, match=r"ligne 2, colonne « lits » : « 101 » n’est pas"
        ):
            read(path, share)

    def test_shares_of_one_are_not_percentages(self, tmp_path):
        share = replace(BEDS, rule=Rule.NONE, scale=Scale.PERCENT)
        lines = [f"01004,{year},0.{year % 100 + 10}" for year in range(2000, 2012)]
        path = write_csv(tmp_path, "code,an,lits", *lines)

        with pytest.raises(SourceRefusedError, match=r"colonne « lits » : .* ce sont des parts"):
            read(path, share)

        assert rows(read(path, replace(share, times=100.0)))["01004", 2005] == (15.0, None)
        assert rows(read(path, replace(share, times=1.0)))["01004", 2005] == (0.15, None)

    def test_another_unit_than_declared_is_refused(self, tmp_path):
        card = replace(BEDS, unit_column="unité", unit="lits")
        path = write_csv(tmp_path, "code,an,lits,unité", "01004,2020,3,lits", "01033,2020,3,places")

        with pytest.raises(
            SourceRefusedError, match=r"ligne 3, colonne « unité » : l’unité est « places »"
        ):
            read(path, card)

    def test_part_above_the_whole_is_refused(self, tmp_path):
        ratio = replace(
            BEDS,
            rule=Rule.RATIO,
            scale=Scale.PERCENT,
            value="",
            numerator="lits",
            denominator="tous",
        )
        path = write_csv(tmp_path, "code,an,lits,tous", "01004,2020,12,10")

        with pytest.raises(
            SourceRefusedError, match=r"ligne 2, colonne « lits » : « 12 » : la partie"
        ):
            read(path, ratio)

    def test_missing_column_names_those_found(self, tmp_path):
        path = write_csv(tmp_path, "code,an,places", "01004,2020,12")

        with pytest.raises(
            SourceRefusedError, match=r"Il manque « lits »\. Colonnes trouvées : code, an"
        ):
            read(path)

    def test_json_cut_short_is_refused(self, tmp_path):
        path = tmp_path / "lits.json"
        path.write_text('[{"code": "01004", ')

        with pytest.raises(SourceRefusedError, match="JSON est coupé"):
            read(path)

    def test_hostile_names_of_columns_are_only_names(self, tmp_path):
        card = replace(BEDS, value='lits"; DROP TABLE file; --')
        path = write_csv(tmp_path, "code,an,lits", "01004,2020,12")

        with pytest.raises(SourceRefusedError, match="Il manque"):
            read(path, card)


class TestOtherGrains:
    CARD = replace(BEDS, grain="EPCI")

    def test_are_kept_and_france_is_added_where_they_cover_it(self, tmp_path):
        country = small_country()
        sizes = {"240100883": 31_000, "200046977": 520_000, "200023778": 7_200,
                 "248500589": 55_000, "200060465": 71_000}  # fmt: skip
        territories = tuple(
            row._replace(population=sizes.get(row.code)) if row.kind == "EPCI" else row
            for row in country.territories
        )
        sized = replace(country, territories=territories)
        path = write_csv(tmp_path, "code,an,lits", *[f"{code},2020,2" for code in sizes])
        (tmp_path / "partie").mkdir()
        partial = write_csv(tmp_path / "partie", "code,an,lits", "240100883,2020,2")

        assert rows(read(path, self.CARD, country=sized), "FRANCE") == {
            ("FRANCE", 2020): (10, None)
        }
        assert rows(read(partial, self.CARD, country=sized), "FRANCE") == {}

    def test_refuse_a_code_of_no_territory(self, tmp_path):
        path = write_csv(tmp_path, "code,an,lits", "240100883,2020,2", "123456789,2020,2")

        with pytest.raises(SourceRefusedError, match="« 123456789 » n’est pas un code connu"):
            read(path, self.CARD)

    def test_stand_as_they_are_while_the_country_does_not_hold_the_grain(self, tmp_path):
        zone = replace(BEDS, grain="ZONE_EMPLOI", ignored_codes=("2456",))
        path = write_csv(tmp_path, "code,an,lits", "0056,2020,2", "2456,2020,1")
        country = small_country()
        known = TerritoryRow("ZONE_EMPLOI", "0059", "Roissy")
        held = replace(country, territories=(*country.territories, known))

        assert rows(read(path, zone), "ZONE_EMPLOI") == {("0056", 2020): (2.0, None)}
        with pytest.raises(SourceRefusedError, match="« 0056 » n’est pas un code connu"):
            read(path, zone, country=held)
