"""Four rows, two units: everything can be checked with a pencil."""

import numpy as np
import pytest

from jalon.causal import Columns, Options, Panel, estimate

COLUMNS = Columns(unit="commune", period="annee", cohort="cohorte", outcomes=("emploi",))
FOUR_ROWS = {
    "commune": ["01001", "01001", "01002", "01002"],
    "annee": [2020, 2021, 2020, 2021],
    "cohorte": [2021, 2021, 0, 0],
    "emploi": [10.0, 17.0, 20.0, 22.0],
}


class TestFourRows:
    def test_give_the_difference_in_differences(self) -> None:
        panel = Panel.from_table(FOUR_ROWS, COLUMNS)

        result = estimate(panel, "emploi", Options(draws=0))

        # (17 − 10) − (22 − 20)
        (cell,) = result.att_gt
        assert (cell.cohort, cell.period, cell.estimate.att) == (2021, 2021, 5.0)
        assert result.simple.att == result.dynamic.overall.att == result.group.overall.att == 5.0

    def test_have_no_standard_error(self) -> None:
        panel = Panel.from_table(FOUR_ROWS, COLUMNS)

        document = estimate(panel, "emploi").to_dict()

        # One unit on each side: no deviation from its own mean, hence null and never 0 or NaN.
        nothing = {"att": 5.0, "se": None, "ci_low": None, "ci_high": None}
        assert document["att_gt"] == [{"cohort": 2021, "period": 2021, **nothing}]
        assert document["simple"] == nothing
        assert document["pretrends"] == {"wald": None, "df": 0, "p_value": None}


class TestTwoUnitsOnEachSide:
    TABLE = {
        "commune": np.repeat([1, 2, 3, 4], 2),
        "annee": np.tile([2020, 2021], 4),
        "cohorte": np.repeat([2021, 2021, 0, 0], 2),
        "emploi": [0.0, 4.0, 0.0, 8.0, 0.0, 1.0, 0.0, 3.0],
        "poids": np.repeat([3.0, 1.0, 1.0, 1.0], 2),
        "x": np.repeat([0.0, 1.0, 0.0, 1.0], 2),
    }

    def test_have_the_standard_error_of_a_difference_of_means(self) -> None:
        panel = Panel.from_table(self.TABLE, COLUMNS)

        simple = estimate(panel, "emploi", Options(draws=0)).simple

        # Changes 4, 8 against 1, 3: deviations ±2 and ±1, each over two units.
        assert simple.att == pytest.approx(4.0)
        assert simple.se == pytest.approx(np.sqrt(2 * (2 / 2) ** 2 + 2 * (1 / 2) ** 2))
        half = 1.959963984540054 * np.sqrt(2.5)
        assert simple.ci_low == pytest.approx(4.0 - half)
        assert simple.ci_high == pytest.approx(4.0 + half)

    def test_follow_their_weights(self) -> None:
        columns = Columns(**{**_fields(COLUMNS), "weights": "poids"})

        simple = estimate(Panel.from_table(self.TABLE, columns), "emploi", Options(draws=0)).simple

        # (3 × 4 + 8) / 4 − 2
        assert simple.att == pytest.approx(3.0)
        assert simple.se == pytest.approx(np.sqrt((3 / 4) ** 2 + (3 / 4) ** 2 + 2 * (1 / 2) ** 2))

    def test_are_compared_with_those_of_same_covariate_by_regression(self) -> None:
        columns = Columns(**{**_fields(COLUMNS), "covariates": ("x",)})
        panel = Panel.from_table(self.TABLE, columns)

        simple = estimate(panel, "emploi", Options(method="reg", draws=0)).simple

        # Change expected from controls: 1 where x = 0 and 3 where x = 1.
        assert simple.att == pytest.approx(((4 - 1) + (8 - 3)) / 2)


class TestTwoCohorts:
    def test_weigh_averages_by_size_of_cohort(self) -> None:
        table = {
            "commune": np.repeat(np.arange(5), 3),
            "annee": np.tile([2020, 2021, 2022], 5),
            "cohorte": np.repeat([2021, 2022, 2022, 0, 0], 3),
            "emploi": np.array(
                [[0, 1, 2], [0, 0, 6], [0, 0, 6], [0, 0, 0], [0, 0, 0]], dtype=float
            ).ravel(),
        }

        result = estimate(Panel.from_table(table, COLUMNS), "emploi", Options(draws=0))

        # Post cells: (2021, 2021) = 1, (2021, 2022) = 2 with one unit; (2022, 2022) = 6 with two.
        assert result.simple.att == pytest.approx((1 + 2 + 2 * 6) / 4)
        assert [p.estimate.att for p in result.group.points] == pytest.approx([1.5, 6.0])
        assert result.group.overall.att == pytest.approx((1.5 + 2 * 6) / 3)
        assert {p.label: p.estimate.att for p in result.dynamic.points} == pytest.approx(
            {-1: 0.0, 0: (1 + 2 * 6) / 3, 1: 2.0}
        )
        assert result.dynamic.overall.att == pytest.approx((13 / 3 + 2) / 2)
        assert [p.estimate.att for p in result.calendar.points] == pytest.approx(
            [1.0, (2 + 2 * 6) / 3]
        )


def _fields(columns: Columns) -> dict[str, object]:
    return {name: getattr(columns, name) for name in columns.__slots__}
