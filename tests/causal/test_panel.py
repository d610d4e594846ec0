"""What a panel may be, and what is said of one that cannot be analysed."""

from typing import Any

import numpy as np
import pytest

from jalon.causal import Columns, OptionError, Options, Panel, PanelError, estimate
from tests.causal.designs import Design, panel_of

DESIGN = Design(n_units=60, n_clusters=20, n_covariates=1)


@pytest.fixture
def table() -> dict[str, Any]:
    return DESIGN.table(seed=1)


class TestCohort:
    @pytest.mark.parametrize("never", [0.0, np.nan, np.inf])
    def test_may_say_never_treated_in_several_ways(
        self, table: dict[str, Any], never: float
    ) -> None:
        written = np.where(table["cohorte"] == 0, never, table["cohorte"])

        panel = panel_of(table | {"cohorte": written})

        assert np.isinf(panel.cohort).sum() == (table["cohorte"] == 0).sum() / DESIGN.n_periods

    def test_may_not_change_inside_a_unit(self, table: dict[str, Any]) -> None:
        cohort = table["cohorte"].astype(float)
        cohort[[6, 7, 8, 9, 10, 11]] = [2012, 2012, 2014, 2014, 2014, 2014]

        with pytest.raises(PanelError) as error:
            panel_of(table | {"cohorte": cohort})

        assert "ligne 9, colonne « cohorte »" in str(error.value)
        assert "« 1002 » change (2012 puis 2014)" in str(error.value)

    def test_may_not_be_sometimes_never(self, table: dict[str, Any]) -> None:
        cohort = table["cohorte"].astype(float)
        cohort[:6] = [0, 0, 2014, 2014, 2014, 2014]

        with pytest.raises(PanelError, match=r"ligne 3.*jamais puis 2014"):
            panel_of(table | {"cohorte": cohort})


class TestRows:
    def test_in_any_order_give_the_same_panel(self, table: dict[str, Any]) -> None:
        shuffled = np.random.default_rng(0).permutation(len(table["annee"]))
        options = Options(draws=0)
        names = {"covariates": ("x1",), "weights": "poids", "cluster": "epci"}

        ours = estimate(panel_of(table, **names), "emploi", options)
        theirs = panel_of({k: v[shuffled] for k, v in table.items()}, **names)

        assert estimate(theirs, "emploi", options).to_dict() == ours.to_dict()

    def test_may_not_repeat_a_unit_and_period(self, table: dict[str, Any]) -> None:
        repeated = {name: np.append(values, values[7]) for name, values in table.items()}

        with pytest.raises(PanelError) as error:
            panel_of(repeated)

        assert "lignes 8 et 361 : deux lignes pour l’unité « 1002 »" in str(error.value)
        assert "période 2011" in str(error.value)

    def test_must_say_their_unit(self, table: dict[str, Any]) -> None:
        units = table["commune"].astype(str).astype(object)
        units[4] = None

        with pytest.raises(PanelError, match="ligne 5, colonne « commune » : valeur absente"):
            panel_of(table | {"commune": units})

    def test_must_say_their_period(self, table: dict[str, Any]) -> None:
        years = table["annee"].astype(float)
        years[10] = np.nan

        with pytest.raises(PanelError, match="ligne 11, colonne « annee » : valeur absente"):
            panel_of(table | {"annee": years})

    def test_must_exist(self) -> None:
        empty = {name: np.array([]) for name in ("commune", "annee", "cohorte", "emploi")}

        with pytest.raises(PanelError, match="vide"):
            panel_of(empty)

    def test_are_not_spread_over_absurd_periods(self, table: dict[str, Any]) -> None:
        with pytest.raises(PanelError, match="est-ce la bonne colonne"):
            panel_of(
                {"commune": np.arange(360), "annee": table["emploi"]}
                | {name: table[name] for name in ("cohorte", "emploi")}
            )


class TestColumns:
    def test_that_miss_are_named_with_those_present(self, table: dict[str, Any]) -> None:
        with pytest.raises(PanelError) as error:
            panel_of(table, covariates=("densite",), cluster="zone")

        assert "Colonnes absentes : densite, zone." in str(error.value)
        assert "commune, annee, cohorte, emploi" in str(error.value)

    def test_hold_numbers_where_needed(self, table: dict[str, Any]) -> None:
        texts = table["emploi"].astype(str)
        texts[3] = "n.d."

        with pytest.raises(PanelError, match=r"ligne 4, colonne « emploi » : « n\.d\. » n’est pas"):
            panel_of(table | {"emploi": texts})

    def test_hold_finite_outcomes(self, table: dict[str, Any]) -> None:
        values = table["emploi"].copy()
        values[3] = np.inf

        with pytest.raises(PanelError, match="ligne 4, colonne « emploi » : valeur infinie"):
            panel_of(table | {"emploi": values})

    @pytest.mark.parametrize("name", ["x1", "poids", "epci"])
    def test_of_units_are_constant_in_time(self, table: dict[str, Any], name: str) -> None:
        values = table[name].copy()
        values[2] = 99
        columns: dict[str, Any] = {
            "x1": {"covariates": ("x1",)},
            "poids": {"weights": "poids"},
            "epci": {"cluster": "epci"},
        }

        with pytest.raises(PanelError, match=f"ligne 3, colonne « {name} ».*constante"):
            panel_of(table | {name: values}, **columns[name])

    def test_of_weights_are_not_negative(self, table: dict[str, Any]) -> None:
        weights = table["poids"].copy()
        weights[:6] = -1

        with pytest.raises(PanelError, match="poids négatif"):
            panel_of(table | {"poids": weights}, weights="poids")

    def test_have_one_length(self, table: dict[str, Any]) -> None:
        with pytest.raises(PanelError, match="même longueur"):
            panel_of(table | {"emploi": table["emploi"][1:]})


class TestHoles:
    def test_drop_the_unit_by_default_and_say_so(self, table: dict[str, Any]) -> None:
        values = table["emploi"].copy()
        values[5] = np.nan

        result = estimate(panel_of(table | {"emploi": values}), "emploi", Options(draws=0))

        assert result.n_units == DESIGN.n_units - 1
        assert any("1 unité sans valeur à toutes les périodes" in w for w in result.warnings)

    def test_are_the_same_as_absent_rows(self, table: dict[str, Any]) -> None:
        values = table["emploi"].copy()
        values[[5, 20, 100]] = np.nan
        kept = np.flatnonzero(~np.isnan(values))
        options = Options(draws=0, unbalanced="keep")

        with_nan = estimate(panel_of(table | {"emploi": values}), "emploi", options)
        without = estimate(panel_of({k: v[kept] for k, v in table.items()}), "emploi", options)

        assert with_nan.to_dict() == without.to_dict()
        assert with_nan.n_units == DESIGN.n_units

    def test_in_a_covariate_make_the_row_unusable(self, table: dict[str, Any]) -> None:
        values = table["x1"].copy()
        values[:6] = np.nan

        panel = panel_of(table | {"x1": values}, covariates=("x1",))

        assert estimate(panel, "emploi", Options(draws=0)).n_units == DESIGN.n_units - 1

    @pytest.mark.parametrize("unbalanced", ["drop", "keep"])
    def test_lose_no_unit_without_saying_so(self, table: dict[str, Any], unbalanced: str) -> None:
        x, y, weights = (table[name].copy() for name in ("x1", "emploi", "poids"))
        x[:12], y[12:18], weights[18:36] = np.nan, np.nan, 0.0
        spoilt = table | {"x1": x, "emploi": y, "poids": weights}
        panel = panel_of(spoilt, covariates=("x1",), weights="poids")

        result = estimate(panel, "emploi", Options(draws=0, unbalanced=unbalanced))

        assert result.n_units == DESIGN.n_units - 6
        assert result.warnings[:3] == (
            "3 unités de poids nul sont écartées.",
            "2 unités sans valeur pour x1, poids sont écartées.",
            "1 unité sans aucune valeur de emploi est écartée.",
        )

    def test_of_every_treated_unit_are_not_taken_for_a_wrong_cohort(
        self, table: dict[str, Any]
    ) -> None:
        first = table["annee"] == 2010
        values = np.where((table["cohorte"] > 0) & first, np.nan, table["emploi"])

        with pytest.raises(PanelError, match="sans valeur à toutes les périodes sont écartées"):
            estimate(panel_of(table | {"emploi": values}), "emploi")

    def test_of_the_whole_outcome_name_its_column(self, table: dict[str, Any]) -> None:
        values = np.full_like(table["emploi"], np.nan)

        with pytest.raises(PanelError, match="colonne « emploi » : il faut des valeurs"):
            estimate(panel_of(table | {"emploi": values}), "emploi")

    def test_of_a_whole_year_remove_the_year(self, table: dict[str, Any]) -> None:
        values = np.where(table["annee"] == 2011, np.nan, table["emploi"])

        result = estimate(panel_of(table | {"emploi": values}), "emploi", Options(draws=0))

        assert result.n_units == DESIGN.n_units
        assert 2011 not in {cell.period for cell in result.att_gt}


class TestComparisonGroup:
    def test_must_exist(self) -> None:
        table = Design(n_units=60, never_treated=False).table(seed=1)

        with pytest.raises(PanelError, match="--control notyet"):
            estimate(panel_of(table), "emploi")

    def test_may_be_those_not_treated_yet(self) -> None:
        table = Design(n_units=60, never_treated=False).table(seed=1)

        result = estimate(panel_of(table), "emploi", Options(control="notyet", draws=0))

        assert result.periods == (2010, 2013)
        assert {cell.cohort for cell in result.att_gt} == {2012}
        assert any("2014 sert seulement de comparaison" in w for w in result.warnings)

    def test_faces_somebody_treated(self, table: dict[str, Any]) -> None:
        with pytest.raises(PanelError, match="colonne « cohorte » : aucune unité traitée"):
            estimate(panel_of(table | {"cohorte": table["cohorte"] * 0}), "emploi")

    def test_is_seen_before_treatment(self, table: dict[str, Any]) -> None:
        early = np.where(table["cohorte"] > 0, 2010, 0)

        with pytest.raises(PanelError, match="Aucune cohorte"):
            estimate(panel_of(table | {"cohorte": early}), "emploi")

    def test_is_told_apart_from_units_already_treated(self, table: dict[str, Any]) -> None:
        early = np.where(table["cohorte"] == 2012, 2009, table["cohorte"])

        result = estimate(panel_of(table | {"cohorte": early}), "emploi", Options(draws=0))

        assert any("déjà traitées à la première période (2010)" in w for w in result.warnings)
        assert {cell.cohort for cell in result.att_gt} == {2014}


class TestRoles:
    def test_may_be_both_cluster_and_covariate(self, table: dict[str, Any]) -> None:
        both = panel_of(table, covariates=("epci",), cluster="epci")
        copied = panel_of(table | {"grappe": table["epci"]}, covariates=("epci",), cluster="grappe")

        found = estimate(both, "emploi", Options(draws=0)).to_dict()

        assert found == estimate(copied, "emploi", Options(draws=0)).to_dict()

    def test_of_short_negative_identifiers_do_not_overflow(self, table: dict[str, Any]) -> None:
        units = (table["commune"] % 250 - 120).astype(np.int8)
        order = np.random.default_rng(1).permutation(len(units))
        shuffled = {name: values[order] for name, values in (table | {"commune": units}).items()}
        kept = np.isin(shuffled["commune"], np.arange(-120, 120))

        panel = panel_of({name: values[kept] for name, values in shuffled.items()})

        assert (panel.units == np.unique(units[np.isin(units, np.arange(-120, 120))])).all()


class TestTrimming:
    @pytest.mark.parametrize("unbalanced", ["drop", "keep"])
    def test_counts_each_unit_once(self, unbalanced: str) -> None:
        # Two cohorts face the same two controls, which nearly look treated.
        drawn = Design(n_units=400, n_covariates=1, n_periods=5).table(seed=3)
        far = np.isin(drawn["commune"], np.unique(drawn["commune"][drawn["cohorte"] == 0])[:2])
        near = np.clip(drawn["x1"], -1, 1) + 1.5 * (drawn["cohorte"] > 0)
        table = drawn | {"x1": np.where(far, 3.5, near)}
        if unbalanced == "keep":
            table = {name: values[1:] for name, values in table.items()}
        options = Options(draws=0, unbalanced=unbalanced)

        result = estimate(panel_of(table, covariates=("x1",)), "emploi", options)

        said = [w for w in result.warnings if "score de propension" in w]
        assert [w[: len("2 unités de comparaison")] for w in said] == ["2 unités de comparaison"]


class TestFragility:
    def test_of_small_cohorts_is_said(self, table: dict[str, Any]) -> None:
        result = estimate(panel_of(table), "emploi", Options(draws=0))

        assert any("Cohortes de moins de 20 unités" in warning for warning in result.warnings)

    def test_of_a_small_comparison_is_said(self, table: dict[str, Any]) -> None:
        never = np.unique(table["commune"][table["cohorte"] == 0])
        kept = ~np.isin(table["commune"], never[5:])

        result = estimate(panel_of({k: v[kept] for k, v in table.items()}), "emploi")

        assert any("Seulement 5 unités de comparaison" in w for w in result.warnings)
        assert result.simple.se is not None

    @pytest.mark.parametrize("draws", [0, 99])
    def test_of_a_comparison_to_one_unit_gives_no_error(
        self, table: dict[str, Any], draws: int
    ) -> None:
        never = np.unique(table["commune"][table["cohorte"] == 0])
        kept = ~np.isin(table["commune"], never[1:])
        alone = panel_of({k: v[kept] for k, v in table.items()})

        result = estimate(alone, "emploi", Options(draws=draws))

        assert result.simple.att is not None
        assert {result.simple.se, result.dynamic.overall.se, result.pretrends} == {None}
        assert {cell.estimate.se for cell in result.att_gt} == {None}
        assert any("Une seule unité de comparaison" in w for w in result.warnings)

    def test_of_few_clusters_is_said(self, table: dict[str, Any]) -> None:
        result = estimate(panel_of(table, cluster="epci"), "emploi", Options(draws=0))

        assert any("Peu de grappes (" in warning for warning in result.warnings)

    def test_of_collinear_covariates_is_said_and_nothing_invented(
        self, table: dict[str, Any]
    ) -> None:
        doubled = table | {"x2": table["x1"] * 2 + 1}

        result = estimate(panel_of(doubled, covariates=("x1", "x2")), "emploi")

        assert {cell.estimate.att for cell in result.att_gt} == {None}
        assert result.simple.att is None
        assert any("colinéaires" in warning for warning in result.warnings)

    def test_of_absent_overlap_is_said(self, table: dict[str, Any]) -> None:
        separated = table | {"x1": np.where(table["cohorte"] == 2012, 5.0, 0.0) + table["x1"] / 9}

        result = estimate(panel_of(separated, covariates=("x1",)), "emploi", Options(draws=0))

        estimated = {cell.cohort for cell in result.att_gt if cell.estimate.att is not None}
        assert estimated == {2014}
        assert any("recouvrement" in w and "2012" in w for w in result.warnings)


class TestOptions:
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"control": "always"}, "control : « always »"),
            ({"method": "ols"}, "dr, ipw, reg"),
            ({"anticipation": -1}, "anticipation"),
            ({"draws": 1}, "draws"),
            ({"draws": 10**11}, "draws"),
            ({"alpha": 1.5}, "alpha"),
            ({"alpha": 1e-300}, "alpha"),
        ],
    )
    def test_out_of_range_are_refused(self, options: dict[str, Any], message: str) -> None:
        with pytest.raises(OptionError, match=message):
            Options(**options)

    def test_columns_are_listed_once(self) -> None:
        columns = Columns(unit="u", period="t", cohort="g", outcomes=("y",), covariates=("y",))

        assert columns.names == ("u", "t", "g", "y")

    def test_table_may_be_lists(self) -> None:
        columns = Columns(unit="u", period="t", cohort="g", outcomes=("y",))
        lists = {"u": [1, 1, 2, 2], "t": [1, 2, 1, 2], "g": [2, 2, 0, 0], "y": [0, 1, 0, 0]}

        assert Panel.from_table(lists, columns).outcomes["y"].shape == (2, 2)
