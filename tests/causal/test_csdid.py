"""The engine against csdid 0.4.3, an independent port of R's `did`, on simulated panels."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jalon.causal import Options, estimate
from tests.causal.designs import Design, panel_of, with_holes

STAGGERED = Design(n_units=400, n_periods=7, cohorts=(2012, 2013, 2015), n_covariates=2)
FEW_CLUSTERS = Design(n_units=400, n_clusters=14, cluster_noise=1.0, n_covariates=2)
NO_NEVER = Design(cohorts=(2011, 2012, 2014), never_treated=False, n_covariates=2)
IRREGULAR = Design(cohorts=(2010, 2011, 2013, 2019), n_covariates=2)


def peer(table: dict[str, Any], options: Options, *, covariates: Any, **names: Any) -> Any:
    from csdid.att_gt import ATTgt

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        estimator = ATTgt(
            yname="emploi",
            tname="annee",
            idname="commune",
            gname="cohorte",
            data=pd.DataFrame(table),
            control_group={"never": "nevertreated", "notyet": "notyettreated"}[options.control],
            xformla="emploi ~ " + (" + ".join(covariates) or "1"),
            allow_unbalanced_panel=options.unbalanced == "keep",
            anticipation=options.anticipation,
            clustervar=names.get("cluster"),
            weights_name=names.get("weights"),
        )
        return estimator.fit(est_method=options.method, base_period=options.base, bstrap=False)


def aggregate(fitted: Any, kind: str, balance_e: int | None) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fitted.aggte(typec=kind, balance_e=balance_e, bstrap=False, cband=False).atte


def finite(values: Any) -> list[float | None]:
    flat = np.asarray(values, dtype=float).ravel()
    return [None if np.isnan(value) or value == 0 else float(value) for value in flat]


def close(values: Any) -> list[Any]:
    return [
        None if value is None else pytest.approx(value, abs=1e-9, rel=0) for value in finite(values)
    ]


CASES = [
    pytest.param(design, {"holes": holes, "options": options, "named": named}, id=name)
    for name, design, holes, options, named in [
        ("means", STAGGERED, False, {}, {}),
        ("means, not yet", STAGGERED, False, {"control": "notyet"}, {}),
        ("means, weights", STAGGERED, False, {"control": "notyet"}, {"weights": "poids"}),
        ("means, universal", STAGGERED, False, {"base": "universal", "control": "notyet"}, {}),
        ("means, anticipation", STAGGERED, False, {"anticipation": 1, "control": "notyet"}, {}),
        ("means, balanced event study", STAGGERED, False, {"balance_e": 2}, {}),
        ("means, few clusters", FEW_CLUSTERS, False, {}, {"cluster": "epci"}),
        ("means, nobody never treated", NO_NEVER, False, {"control": "notyet"}, {}),
        ("means, early and late cohorts", IRREGULAR, False, {}, {}),
        ("means, incomplete units dropped", STAGGERED, True, {}, {"weights": "poids"}),
        ("means, unbalanced", STAGGERED, True, {"unbalanced": "keep"}, {}),
        ("means, unbalanced, weights and clusters", FEW_CLUSTERS, True,
         {"unbalanced": "keep", "control": "notyet"}, {"weights": "poids", "cluster": "epci"}),
        *(
            (f"{method}{name}", design, holes, {"method": method, **options}, named)
            for method in ("dr", "ipw", "reg")
            for name, design, holes, options, named in [
                ("", STAGGERED, False, {}, {}),
                (", not yet", STAGGERED, False, {"control": "notyet", "base": "universal"}, {}),
                (", weights and clusters", FEW_CLUSTERS, False, {"control": "notyet"},
                 {"weights": "poids", "cluster": "epci"}),
                (", nobody never treated", NO_NEVER, False,
                 {"control": "notyet", "anticipation": 1}, {}),
                (", unbalanced", STAGGERED, True, {"unbalanced": "keep", "control": "notyet"}, {}),
                (", unbalanced, weights and clusters", FEW_CLUSTERS, True,
                 {"unbalanced": "keep", "base": "universal"},
                 {"weights": "poids", "cluster": "epci"}),
            ]
        ),
    ]
]  # fmt: skip


@pytest.mark.parametrize(("design", "case"), CASES)
class TestAgreementWithCsdid:
    def test_of_effects_and_errors(self, design: Design, case: dict[str, Any]) -> None:
        options, named = case["options"], case["named"]
        table = design.table(seed=7)
        if case["holes"]:
            table = with_holes(table, seed=8)
        covariates = ("x1", "x2") if "method" in options else ()
        chosen = Options(draws=0, **options)
        fitted = peer(table, chosen, covariates=covariates, **named)

        result = estimate(panel_of(table, covariates=covariates, **named), "emploi", chosen)

        cells = result.att_gt
        assert [(c.cohort, c.period) for c in cells] == list(
            zip(fitted.results["group"], fitted.results["year"], strict=True)
        )
        assert [c.estimate.att for c in cells] == pytest.approx(fitted.results["att"], abs=1e-9)
        assert [c.estimate.se for c in cells] == close(fitted.results["se"])
        for name in ("dynamic", "group", "calendar"):
            family = getattr(result, name)
            expected = aggregate(fitted, name, chosen.balance_e if name == "dynamic" else None)
            assert [point.label for point in family.points] == list(expected["egt"])
            assert [p.estimate.att for p in family.points] == pytest.approx(
                list(expected["att_egt"]), abs=1e-9
            )
            assert [p.estimate.se for p in family.points] == close(expected["se_egt"])
            assert family.overall.se == pytest.approx(expected["overall_se"], abs=1e-9)
        simple = aggregate(fitted, "simple", None)
        assert result.simple.att == pytest.approx(simple["overall_att"], abs=1e-9)
        assert result.simple.se == pytest.approx(simple["overall_se"], abs=1e-9)
        if fitted.MP["W"] is not None and not chosen.anticipation:
            assert result.pretrends is not None
            assert result.pretrends.wald == pytest.approx(fitted.MP["W"], rel=1e-7)
