"""Who is in a programme, since when, and what touches a place."""

from datetime import date

import pytest

from jalon.interventions import services
from jalon.interventions.models import Coverage
from tests.factories import (
    CoverageFactory,
    InterventionFactory,
    MembershipFactory,
    ProgrammeFactory,
    TerritoryFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


class TestCohort:
    def test_gives_each_commune_once_with_its_first_day(self, django_assert_num_queries) -> None:
        beauvais, compiegne = TerritoryFactory(), TerritoryFactory(compiegne=True)
        CoverageFactory(territory=beauvais)
        CoverageFactory(territory=beauvais, intervention__code="ACV-2", started_on=date(2018, 1, 5))
        CoverageFactory(territory=compiegne, started_on=None)

        with django_assert_num_queries(1):
            rows = services.cohort("acv")

        assert rows == [
            services.CohortRow("60057", date(2018, 1, 5), 2),
            services.CohortRow("60159", None, 1),
        ]

    def test_leaves_out_other_programmes_kinds_and_former_communes(self) -> None:
        CoverageFactory(territory=TerritoryFactory(epci=True))
        CoverageFactory(territory=TerritoryFactory(compiegne=True, valid_to="2020-01-01"))
        CoverageFactory(intervention__programme__pvd=True)

        assert services.cohort("acv") == []


class TestCounts:
    def test_by_programme_leave_out_those_without_intervention(self) -> None:
        ProgrammeFactory(pvd=True)
        InterventionFactory()
        InterventionFactory(code="ACV-2")

        assert services.counts_by_programme() == {"acv": 2}

    def test_by_year_tell_what_is_not_dated(self) -> None:
        InterventionFactory()
        InterventionFactory(code="ACV-2", started_on=None)
        InterventionFactory(code="ACV-3", started_on=date(2019, 2, 1))
        InterventionFactory(programme__pvd=True, code="pvd-1")

        assert services.entries_by_year("acv") == {2018: 1, None: 1, 2019: 1}


class TestInterventionsAround:
    def test_tells_each_at_its_own_grain_in_two_queries(self, django_assert_num_queries) -> None:
        beauvais, epci = TerritoryFactory(), TerritoryFactory(epci=True)
        france = TerritoryFactory(france=True)
        MembershipFactory(child=beauvais, parent=epci)
        on_commune = CoverageFactory(territory=beauvais)
        on_epci = CoverageFactory(territory=epci, intervention__code="ACV-2", role="COVERED")
        CoverageFactory(territory=TerritoryFactory(compiegne=True))

        with django_assert_num_queries(2):
            around = services.interventions_around(beauvais)
            roles = [
                (place, [(row, row.role, row.intervention.programme.code) for row in rows])
                for place, rows in around
            ]

        assert roles == [
            (beauvais, [(on_commune, "BENEFICIARY", "acv")]),
            (epci, [(on_epci, "COVERED", "acv")]),
            (france, []),
        ]


class TestCoverageVocabulary:
    def test_keeps_a_programme_a_place_and_what_is_dated(self) -> None:
        kept = CoverageFactory()
        CoverageFactory(territory=TerritoryFactory(compiegne=True), started_on=None)
        CoverageFactory(intervention__programme__pvd=True)

        chosen = Coverage.objects.of_programme("acv").on([kept.territory]).dated()

        assert list(chosen) == [kept]
