"""The words of a resemblance, and the weights that are accepted."""

from math import nan

import pytest

from jalon.indicators.comparables import (
    BY_CODE,
    EQUAL_WEIGHTS,
    VARIABLES,
    UnknownVariableError,
    check_weights,
    read_weights,
    reasons,
)

NOTHING = dict.fromkeys(BY_CODE, 0.3)  # neither the same nor different


class TestReasons:
    def test_say_what_is_the_same_then_what_differs(self) -> None:
        gaps = {**NOTHING, "taille": 0.1, "densite": -0.7, "emploi": 0.9}

        assert reasons(gaps) == ["même taille", "emploi plus dynamique", "plus rural"]

    def test_put_the_largest_difference_first_and_say_that_it_is_large(self) -> None:
        gaps = {**NOTHING, "emploi": -0.6, "taille": 1.6, "participation": -2.0}

        assert reasons(gaps) == [
            "participation bien plus faible", "bien plus peuplé", "emploi moins dynamique",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("gap", "said"),
        [
            (0.24, "même taille"),
            (0.25, "proche en tout"),
            (-0.49, "proche en tout"),
            (0.5, "plus peuplé"),
            (-0.5, "moins peuplé"),
            (-1.5, "bien moins peuplé"),
        ],
    )
    def test_change_at_the_declared_thresholds(self, gap: float, said: str) -> None:
        assert reasons({**NOTHING, "taille": gap}) == [said]

    def test_say_nothing_of_what_is_not_known(self) -> None:
        assert reasons({**NOTHING, "participation": nan, "taille": 0.0}) == ["même taille"]

    def test_say_nothing_of_a_variable_that_did_not_count(self) -> None:
        gaps = {**NOTHING, "taille": 0.0, "emploi": 3.0}

        assert reasons(gaps, ["taille", "densite"]) == ["même taille"]

    def test_are_five_at_most(self) -> None:
        gaps = dict(zip(BY_CODE, (0, 0, 0, 1, -1, 1, -1), strict=True))

        assert len(reasons(gaps)) == 5

    @pytest.mark.parametrize("code", BY_CODE)
    def test_have_words_for_both_ways(self, code: str) -> None:
        said = [reasons({**NOTHING, code: gap}) for gap in (-0.6, 0.0, 0.6)]

        assert all(len(words) == 1 for words in said)
        assert len({words[0] for words in said}) == (2 if code == "ruralite" else 3)


class TestReadWeights:
    def test_reads_codes_with_or_without_a_weight(self) -> None:
        assert read_weights("taille:2, densite,emploi:0.5") == {
            "taille": 2.0, "densite": 1.0, "emploi": 0.5
        }  # fmt: skip

    @pytest.mark.parametrize("text", ["taille:beaucoup", "", "taille;densite", "taille:nan"])
    def test_refuses_what_it_cannot_read(self, text: str) -> None:
        with pytest.raises(UnknownVariableError):
            read_weights(text)


class TestWeights:
    def test_are_equal_by_default(self) -> None:
        assert check_weights(EQUAL_WEIGHTS) == {variable.code: 1.0 for variable in VARIABLES}

    def test_of_zero_leave_a_variable_out(self) -> None:
        assert check_weights({"emploi": 2, "taille": 1, "densite": 0}) == {"taille": 1, "emploi": 2}

    @pytest.mark.parametrize(
        ("weights", "said"),
        [
            ({"beaute": 1.0}, "« beaute »"),
            ({"taille": -1.0}, "de 0 à 5"),
            ({"taille": nan}, "de 0 à 5"),
            ({"taille": 1e308}, "de 0 à 5"),
            ({"taille": 0.0}, "au moins une variable"),
            ({}, "au moins une variable"),
        ],
    )
    def test_that_mean_nothing_are_refused(self, weights: dict[str, float], said: str) -> None:
        with pytest.raises(UnknownVariableError, match=said):
            check_weights(weights)
