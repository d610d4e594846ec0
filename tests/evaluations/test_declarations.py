"""Plans as declared: complete, measured before, and given away by their fingerprint."""

from itertools import product

import pytest

from jalon.evaluations.declarations import PLANS_FILE, BadPlanError, read_plans
from jalon.indicators import catalogue

PLANS = read_plans()


@pytest.fixture
def changed(tmp_path):
    """Read the declared plans with one text replaced by another."""

    def read(old, new):
        text = PLANS_FILE.read_text()
        assert old in text
        path = tmp_path / "plans.toml"
        path.write_text(text.replace(old, new, 1))
        return read_plans(path)

    return read


class TestDeclaredPlans:
    def test_ask_the_three_questions_of_every_programme(self):
        asked = {(plan.design.programme, plan.indicator.split("-")[0]) for plan in PLANS}

        programmes = ("acv", "pvd", "france-services", "va")
        assert asked >= set(product(programmes, ("emploi", "population", "participation")))

    def test_compare_france_services_early_against_later(self):
        waves = [plan for plan in PLANS if plan.design.control == "notyet"]

        assert {plan.design.programme for plan in waves} == {"france-services"}
        assert {plan.indicator for plan in waves} == {
            "emploi-prive",
            "participation-presidentielle",
        }

    def test_compare_acv_to_the_towns_of_the_issue(self):
        acv = next(plan for plan in PLANS if plan.name == "acv-emploi-prive").design

        assert (acv.population.low, acv.population.high) == (10_000, 100_000)
        assert set(acv.outside) == {"acv", "pvd"}

    @pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
    def test_say_everything_a_reader_needs(self, plan):
        assert plan.question.endswith("?")
        assert plan.why_smallest_effect
        assert plan.design.pool
        assert plan.design.clustering == "EPCI"
        assert plan.transform == ("LEVEL" if plan.indicator.startswith("part") else "LOG")

    @pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
    def test_never_compare_to_a_commune_of_the_programme(self, plan):
        never = plan.design.control == "never"

        assert never == (plan.design.programme in plan.design.outside)

    def test_use_only_periods_that_the_card_finds_comparable(self):
        for plan in PLANS:
            card = catalogue.get_card(plan.indicator)
            assert all(card.is_comparable(period) for period in plan.periods)


class TestFingerprint:
    def test_is_the_same_from_one_reading_to_the_next(self):
        assert [plan.sha256 for plan in read_plans()] == [plan.sha256 for plan in PLANS]

    def test_does_not_see_comments_and_spaces(self, changed):
        again = changed("[estimation]", "# a note\n\n[estimation]")

        assert [plan.sha256 for plan in again] == [plan.sha256 for plan in PLANS]

    def test_changes_with_the_plan_and_only_with_it(self, changed):
        again = changed("horizon = 6", "horizon = 5")

        differing = [
            new.name for new, old in zip(again, PLANS, strict=True) if new.sha256 != old.sha256
        ]
        assert differing == ["acv-emploi-prive"]

    def test_of_every_plan_of_a_design_changes_with_the_design(self, changed):
        again = changed("low = 10000", "low = 12000")

        pairs = zip(again, PLANS, strict=True)
        differing = {new.design.programme for new, old in pairs if new.sha256 != old.sha256}
        assert differing == {"acv"}

    def test_fixes_the_seed(self):
        assert len({plan.seed for plan in PLANS}) == len(PLANS)


class TestComparables:
    """A pool of comparables is measured before the programme only."""

    @staticmethod
    def line(variables: str, period: int, neighbours: int = 5) -> str:
        return (
            f"comparables = {{ variables = [{variables}], neighbours = {neighbours}, "
            f"period = {period} }}\n"
        )

    def test_is_part_of_what_is_frozen(self, changed):
        again = changed(
            "[designs.acv]\n", "[designs.acv]\n" + self.line('"taille", "emploi"', 2015)
        )

        pool = next(plan for plan in again if plan.name == "acv-emploi-prive").design.comparables
        differing = {
            n.design.programme for n, o in zip(again, PLANS, strict=True) if n.sha256 != o.sha256
        }
        assert pool.neighbours == 5
        assert differing == {"acv"}

    def test_that_is_not_asked_leaves_no_trace_in_the_frozen_form(self):
        assert all("comparables" not in plan.canonical() for plan in PLANS)

    def test_reads_the_latest_vote_before(self, changed):
        assert changed("[designs.acv]\n", "[designs.acv]\n" + self.line('"participation"', 2015))

    @pytest.mark.parametrize(
        ("variables", "period", "neighbours", "message"),
        [
            ('"taille"', 2016, 5, "population 2016 est mesuré après le début"),
            ('"emploi"', 2017, 5, "est mesuré après le début"),
            ('"participation"', 2022, 5, "participation-presidentielle 2022 est mesuré après"),
            ('"participation"', 1999, 5, "aucun scrutin en 1999 ou avant"),
            ('"ruralite"', 2015, 5, "« ruralite » n’a qu’un millésime"),
            ('"centralite"', 2015, 5, "« centralite » n’a qu’un millésime"),
            ('"beaute"', 2015, 5, "inconnue : « beaute »"),
            ('"taille", "taille"', 2015, 5, "une fois chacune"),
            ("", 2015, 5, "variables"),
            ('"taille"', 2015, 0, "neighbours"),
        ],
    )
    def test_that_is_wrong_is_refused_in_french(
        self, changed, variables, period, neighbours, message
    ):
        line = self.line(variables, period, neighbours)

        with pytest.raises(BadPlanError, match=message):
            changed("[designs.acv]\n", "[designs.acv]\n" + line)

    def test_is_refused_where_all_wait_their_turn(self, changed):
        header = "[designs.france-services-vagues]\n"

        with pytest.raises(BadPlanError, match="never"):
            changed(header, header + self.line('"taille"', 2015))


class TestReadPlans:
    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            (
                "period = 2015, low",
                "period = 2016, low",
                "population 2016 est mesuré après le début",
            ),
            (
                'indicator = "population", period = 2015 }',
                'indicator = "emploi-prive", period = 2018 }',
                "emploi-prive 2018 est mesuré après",
            ),
            (
                "2014, 2015, 2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024]\nhorizon = 6",
                "2013, 2014]\nhorizon = 6",
                "la période 2013 ne peut pas servir",
            ),
            (
                "[2002, 2007, 2012, 2017, 2022]",
                "[2002, 2007, 2012, 2016]",
                "jour d’observation de 2016",
            ),
            ("since = 2006", "since = 2016", "2016 ne précède pas 2015"),
            ("low = 10000, high = 100000", "low = 10000, high = 1000", "la première est la plus"),
            ('outside = ["acv", "pvd"]', 'outside = ["acv", "pvb"]', "pour code « pvb »"),
            ("draws = 999", "draws = -5", "« draws » a une valeur refusée"),
            ("alpha = 0.05", "alpha = 0.5", "intervalles à 95 %"),
            ('rule_version = "1"', 'rule_version = "9"', "est la version 1, pas 9"),
            ("[estimation]", "[estimations]", "la section « estimation » manque"),
            ("periods = [2014, 2015,", "periods = [2015, 2014,", "dans l’ordre"),
            (
                "horizon = 6",
                "horizons = 6",
                "« horizon » il manque ; « horizons » n’est pas un champ",
            ),
            ('design = "acv"', 'design = "avc"', "le protocole « avc » n’est pas décrit"),
            ('name = "pvd-emploi-prive"', 'name = "acv-emploi-prive"', "Deux plans portent le nom"),
            (
                'indicator = "emploi-prive"',
                'indicator = "emploi"',
                "Indicateur inconnu : « emploi »",
            ),
            ("[estimation]", "[estimation", "n’est pas un fichier TOML"),
        ],
    )
    def test_refuses_a_bad_plan_and_says_what_is_wrong(self, changed, old, new, message):
        with pytest.raises(BadPlanError, match=message):
            changed(old, new)
