"""Who is in the panel of a plan, who is set apart and why."""

from datetime import date

import numpy as np
import pytest

from jalon.evaluations.samples import build_sample, fingerprint
from jalon.indicators.catalogue import get_card
from jalon.indicators.comparables import Measures
from tests.evaluations.small_country import (
    COMPARED,
    TREATED,
    codes,
    small_country,
    small_plan,
    with_entries,
    with_value,
)

JOBS = get_card("emploi-prive")


def build(plan=None, readings=None, card=JOBS):
    """Build the sample of the small plan on the small country, but for what is given."""
    return build_sample(plan or small_plan(), readings or small_country(), card)


class TestComparison:
    def test_keeps_the_entered_and_those_outside(self):
        sample = build()

        assert sample.n_treated == 22
        assert sample.n_controls == 26
        assert sample.cohort_sizes() == {2018: 22}
        assert sample.set_apart == {}

    def test_leaves_out_a_commune_of_an_excluded_programme(self):
        sample = build(readings=with_entries(pvd={COMPARED[0]: date(2021, 5, 1)}))

        assert COMPARED[0] not in sample.codes
        assert sample.n_controls == 25

    def test_leaves_out_what_lies_outside_the_sizes(self):
        readings = with_value(
            "population", 2015, **{f"c{TREATED[0]}": 9_999.0, f"c{COMPARED[0]}": 100_001.0}
        )

        sample = build(readings=readings)

        assert (sample.n_treated, sample.n_controls) == (21, 25)
        assert sample.set_apart == {"taille hors de la comparaison": 1}

    @pytest.mark.parametrize("people", [10_000.0, 100_000.0])
    def test_keeps_the_bounds_of_the_sizes(self, people):
        readings = with_value("population", 2015, **{f"c{COMPARED[0]}": people})

        assert COMPARED[0] in build(readings=readings).codes

    def test_keeps_only_the_centralities_of_the_plan(self):
        centralities = dict.fromkeys(TREATED + COMPARED[1:], "Centre local")

        sample = build(
            small_plan(centralities=["Centre local"]), small_country(centralities=centralities)
        )

        assert COMPARED[0] not in sample.codes

    def test_counts_the_undated_apart(self):
        sample = build(readings=with_entries(acv={TREATED[0]: None}))

        assert TREATED[0] not in sample.codes
        assert sample.set_apart == {"entrée non datée": 1}


class TestNeverOnTheFuture:
    def test_leaves_out_on_jobs_counted_before_the_programme(self):
        sample = build(readings=with_value("emploi-prive", 2016, **{f"c{TREATED[0]}": 9.0}))

        assert sample.set_apart == {"valeur trop faible avant le programme": 1}

    def test_keeps_a_commune_that_loses_its_jobs_afterwards(self):
        sample = build(readings=with_value("emploi-prive", 2019, **{f"c{TREATED[0]}": 2.0}))

        assert TREATED[0] in sample.codes

    def test_keeps_a_commune_that_has_no_job_left_afterwards(self):
        sample = build(readings=with_value("emploi-prive", 2020, **{f"c{TREATED[0]}": None}))

        assert np.isneginf(sample.outcomes[sample.codes.index(TREATED[0]), -1])


class TestComparables:
    """A pool of the untreated communes that resemble the treated ones, and no other."""

    POOL = {"variables": ["taille", "emploi"], "neighbours": 2, "period": 2015}

    @staticmethod
    def measured(**changed: float) -> Measures:
        """Measure the communes: one size for each treated, the same for two of the compared."""
        every = sorted([*TREATED, *COMPARED])
        sizes = {code: 10_000.0 + 500 * rank for rank, code in enumerate(TREATED)}
        sizes |= {code: 10_000.0 + 500 * (rank // 2) for rank, code in enumerate(COMPARED)}
        sizes |= {code.lstrip("c"): size for code, size in changed.items()}
        values = {
            "taille": np.array([sizes[code] for code in every]),
            "emploi": np.full(len(every), 30.0),
        }
        return Measures("COMMUNE", np.array(every), values)

    def build(self, measures: Measures, neighbours: int = 2, **changes):
        pool = {**self.POOL, "neighbours": neighbours}
        return build(small_plan(comparables=pool, **changes), small_country(measures=measures))

    def test_keeps_the_nearest_of_each_treated(self):
        sizes = {f"c{COMPARED[-1]}": 90_000.0, f"c{COMPARED[-2]}": 90_000.0}

        sample = self.build(self.measured(**sizes))

        assert sample.n_treated == 22
        assert set(COMPARED) - set(sample.codes) == set(COMPARED[-2:])

    def test_takes_their_union_once_each(self):
        measures = self.measured(**{f"c{code}": 50_000.0 for code in TREATED + COMPARED[3:]})

        sample = self.build(measures, neighbours=1)

        assert sample.n_controls == 1

    def test_grows_with_the_number_asked(self):
        counts = [self.build(self.measured(), neighbours=n).n_controls for n in (1, 2, 26)]

        assert counts == sorted(counts)
        assert counts[-1] == 26

    def test_sets_apart_a_treated_of_which_too_little_is_known(self):
        measures = self.measured(**{f"c{TREATED[0]}": np.nan, f"c{COMPARED[0]}": np.nan})
        measures.values["emploi"][:] = np.nan
        measures.values["emploi"][1:] = 30.0

        sample = self.build(measures)

        assert sample.set_apart == {"aucune commune comparable": 1}
        assert TREATED[0] not in sample.codes

    def test_leaves_other_plans_as_they_were(self):
        assert build().codes == build(readings=small_country(measures=self.measured())).codes

    def test_never_looks_for_a_comparable_among_those_left_out(self):
        outside = with_entries(pvd={COMPARED[0]: date(2021, 5, 1)})
        readings = small_country(entries=outside.entries, measures=self.measured())

        sample = build(small_plan(comparables=self.POOL), readings)

        assert COMPARED[0] not in sample.codes


class TestCohort:
    @pytest.mark.parametrize(
        ("day", "cohort"),
        [
            (date(2018, 12, 31), 2018),
            (date(2019, 1, 1), 2019),
            (date(2017, 12, 31), 2017),
        ],
    )
    def test_is_the_first_observation_on_or_after_the_act(self, day, cohort):
        sample = build(readings=with_entries(acv=dict.fromkeys(TREATED, day)))

        assert sample.cohort_sizes() == {cohort: 22}

    def test_too_small_is_set_apart_and_counted(self):
        small = dict.fromkeys(TREATED[:2], date(2019, 6, 1))

        sample = build(readings=with_entries(acv=small))

        assert sample.cohort_sizes() == {2018: 20}
        assert sample.set_apart == {"entrée trop peu nombreuse à cette date": 2}

    def test_with_nothing_before_is_set_apart(self):
        plan = small_plan(starts_on="2018-01-01", periods=[2018, 2019, 2020])

        sample = build(plan, with_entries(acv={TREATED[0]: date(2018, 3, 1)}))

        assert sample.n_treated == 0
        assert sample.set_apart == {"entrée avant la première observation": 22}

    def test_before_the_declared_start_is_set_apart(self):
        # Its « before » would be measured after it entered.
        sample = build(readings=with_entries(acv={TREATED[0]: date(2014, 3, 1)}))

        assert TREATED[0] not in sample.codes
        assert sample.set_apart == {"entrée avant le début déclaré du programme": 1}

    def test_after_the_last_observation_never_serves_as_a_comparison(self):
        sample = build(readings=with_entries(acv={TREATED[0]: date(2024, 2, 1)}))

        assert TREATED[0] not in sample.codes
        assert sample.set_apart == {"entrée après la dernière observation": 1}

    def test_gives_its_median_day(self):
        later = dict.fromkeys(TREATED[:4], date(2018, 12, 1))

        assert build(readings=with_entries(acv=later)).entry_days == {2018: date(2018, 9, 28)}


class TestWaves:
    """Early against later: only communes of the programme, whatever lies outside."""

    PLAN = small_plan(control="notyet", outside=[])

    def test_compares_only_communes_of_the_programme(self):
        later = dict.fromkeys(codes(25, first=101), date(2022, 5, 1))

        sample = build(self.PLAN, with_entries(acv=later))

        assert sample.n_treated == 22
        assert sample.n_controls == 25
        assert COMPARED[25] not in sample.codes

    def test_without_later_ones_has_nobody_to_compare_to(self):
        assert build(self.PLAN).n_controls == 0

    def test_sets_apart_on_both_sides_those_of_another_programme(self):
        later = dict.fromkeys(codes(25, first=101), date(2022, 5, 1))
        readings = with_entries(acv=later, pvd={TREATED[0]: None, COMPARED[0]: None})

        sample = build(small_plan(control="notyet", outside=[], treated_outside=["pvd"]), readings)

        assert (sample.n_treated, sample.n_controls) == (21, 24)


class TestPeriods:
    def test_end_at_the_horizon_after_the_first_entry(self):
        assert build(small_plan(horizon=1)).periods[-1] == 2019

    def test_of_irregular_rounds_are_numbered_in_order(self):
        rounds = (2002, 2007, 2012, 2017, 2022)
        plan = small_plan(
            indicator="participation-presidentielle",
            transform="LEVEL",
            periods=rounds,
            min_before=None,
        )
        series = {
            ("participation-presidentielle", period): dict.fromkeys(TREATED + COMPARED, 75.0)
            for period in rounds
        }
        country = small_country()
        readings = small_country(series={**country.series, **series})

        sample = build(plan, readings, get_card("participation-presidentielle"))

        assert sample.times == (1, 2, 3, 4, 5)
        assert sample.cohort_sizes() == {5: 22}

    def test_missing_for_a_commune_leaves_it_out(self):
        plan = small_plan(
            indicator="participation-presidentielle",
            transform="LEVEL",
            periods=(2017, 2022),
            min_before=None,
        )
        full = dict.fromkeys(TREATED + COMPARED, 75.0)
        series = {
            ("participation-presidentielle", 2017): full,
            ("participation-presidentielle", 2022): {c: 75.0 for c in full if c != TREATED[0]},
        }
        readings = small_country(series={**small_country().series, **series})

        sample = build(plan, readings, get_card("participation-presidentielle"))

        assert sample.set_apart == {"valeur ou caractéristique absente": 1}


class TestCovariates:
    GROWTH = {
        "name": "growth",
        "label": "Croissance",
        "indicator": "population",
        "period": 2015,
        "since": 2006,
    }

    def test_are_logarithms_and_growth_in_logarithms(self):
        earlier = {("population", 2006): dict.fromkeys(TREATED + COMPARED, 10_000.0)}
        level = {"name": "level", "label": "Taille", "indicator": "population", "period": 2015}
        readings = small_country(series={**small_country().series, **earlier})

        sample = build(small_plan(covariates=[level, self.GROWTH]), readings)

        np.testing.assert_allclose(sample.covariates[0], [np.log(20_000), np.log(2)])

    def test_hold_one_column_for_each_centrality_but_the_first(self):
        centralities = {code: "un" if code in TREATED else "deux" for code in TREATED + COMPARED}
        plan = small_plan(centralities=["un", "deux"], centrality_as_covariate=True)

        sample = build(plan, small_country(centralities=centralities))

        assert sample.covariate_names == ("centralite_2",)
        assert sample.covariates.sum() == len(COMPARED)


class TestCsv:
    def test_holds_a_row_per_commune_and_period(self):
        lines = build().as_csv().decode().splitlines()

        assert lines[0] == "code,annee,periode,cohorte,valeur,epci"
        assert len(lines) == 1 + 48 * 7

    def test_keeps_every_digit(self):
        sample = build()

        values = [float(line.split(",")[4]) for line in sample.as_csv().decode().splitlines()[1:]]

        assert values == sample.outcomes.ravel().tolist()

    def test_has_the_fingerprint_of_what_it_holds(self):
        moved = with_value("emploi-prive", 2016, **{f"c{COMPARED[3]}": 300.0})

        assert fingerprint(build().as_csv()) == fingerprint(build().as_csv())
        assert fingerprint(build().as_csv()) != fingerprint(build(readings=moved).as_csv())
