"""What a code of any year has become today."""

from datetime import date

from jalon.lake.codes import CodeBook, FormerCodeRow, Movement, Outcome, Resolution

from .small import small_country

NEW_YEAR_18 = date(2018, 1, 1)


class TestResolve:
    def test_takes_a_code_in_use_as_it_is(self):
        assert small_country().codes.resolve("01004") == Resolution(Outcome.CURRENT, "01004")

    def test_carries_a_merged_commune(self):
        assert small_country().codes.resolve("01091") == Resolution(Outcome.MOVED, "01033")

    def test_carries_an_arrondissement_to_its_commune(self):
        assert small_country().codes.resolve("69382") == Resolution(Outcome.MOVED, "69123")

    def test_says_that_a_code_is_unknown(self):
        assert small_country().codes.resolve("99999").outcome is Outcome.UNKNOWN

    def test_reads_a_code_as_of_the_day_it_was_in_use(self):
        codes = small_country().codes

        assert codes.resolve("85084", on=date(2015, 6, 1)).outcome is Outcome.AMBIGUOUS
        assert codes.resolve("85084", on=date(2020, 6, 1)).candidates == ("85084", "85165")
        assert codes.resolve("85084", on=date(2024, 6, 1)) == Resolution(Outcome.CURRENT, "85084")

    def test_never_guesses_where_a_commune_absorbed_then_split_went(self):
        codes = small_country().codes

        assert codes.resolve("85165", on=date(2015, 6, 1)).candidates == ("85084", "85165")

    def test_follows_two_changes_of_the_same_day(self):
        codes = CodeBook(
            frozenset({"44180"}),
            movements=(
                Movement(NEW_YEAR_18, "49144", "44225"),
                Movement(NEW_YEAR_18, "44225", "44180"),
                Movement(NEW_YEAR_18, "44180", "44180"),
            ),
        )

        assert codes.resolve("49144") == Resolution(Outcome.MOVED, "44180")

    def test_survives_two_codes_exchanged_the_same_day(self):
        codes = CodeBook(
            frozenset({"27058", "27676"}),
            movements=(
                Movement(NEW_YEAR_18, "27058", "27676"),
                Movement(NEW_YEAR_18, "27676", "27058"),
            ),
        )

        assert codes.resolve("27058", on=date(2017, 1, 1)).code == "27676"
        assert codes.resolve("27676", on=date(2017, 1, 1)).code == "27058"

    def test_falls_back_on_the_official_list_without_movements(self):
        codes = CodeBook(frozenset({"01033"}), former={"01091": "01033"})

        assert codes.resolve("01091") == Resolution(Outcome.MOVED, "01033")

    def test_lets_a_commune_deleguee_settle_an_ambiguous_lineage(self):
        movements = (
            Movement(date(1972, 7, 1), "14114", "14712"),
            Movement(date(2019, 12, 31), "14712", "14712"),
            Movement(date(2019, 12, 31), "14712", "14666"),
        )
        current = frozenset({"14712", "14666"})

        alone = CodeBook(current, movements=movements)
        helped = CodeBook(current, delegated={"14114": "14712"}, movements=movements)

        assert alone.resolve("14114").outcome is Outcome.AMBIGUOUS
        assert helped.resolve("14114") == Resolution(Outcome.MOVED, "14712")


class TestChangedSince:
    def test_lists_every_code_that_is_not_itself_today(self):
        changed = small_country().codes.changed_since(date(2022, 1, 1))

        assert set(changed) == {"69381", "69382", "01091", "85084"}
        assert changed["85084"].outcome is Outcome.AMBIGUOUS

    def test_has_nothing_to_say_of_a_later_split_when_codes_are_those_of_today(self):
        assert "85084" not in small_country().codes.changed_since(None)


class TestFormerCodes:
    def test_gives_one_row_per_commune_that_may_hold_it(self):
        codes = CodeBook(
            frozenset({"35130", "35317"}),
            movements=(
                Movement(date(1973, 7, 1), "35020", "35130"),
                Movement(date(2008, 1, 1), "35130", "35130"),
                Movement(date(2008, 1, 1), "35130", "35317"),
            ),
        )

        assert codes.former_codes() == (
            FormerCodeRow("35020", "35130", date(1973, 7, 1)),
            FormerCodeRow("35020", "35317", date(1973, 7, 1)),
        )
