"""The events of communes, in the register."""

from datetime import date

import pytest

from jalon.lake.events import EventKind as EventKindOfLake
from jalon.lake.events import Movement
from jalon.territories import services
from jalon.territories.enums import EventKind, TerritoryKind
from jalon.territories.models import EventLink, Territory, TerritoryEvent
from tests.factories import TerritoryEventFactory, TerritoryFactory

from .countries import country

pytestmark = [pytest.mark.django_db, pytest.mark.database]
VINTAGE = date(2026, 1, 1)
MARISSEL = (
    Movement(date(1943, 2, 19), "60057", "60057", "31", "Beauvais", "Beauvais"),
    Movement(date(1943, 2, 19), "60384", "60057", "31", "Marissel", "Beauvais"),
)
SPLIT = (
    Movement(date(2019, 1, 1), "60586", "60009", "30", "Saint-Martin-le-Nœud", "Allonne"),
    Movement(date(2019, 1, 1), "60586", "60057", "30", "Saint-Martin-le-Nœud", "Beauvais"),
    Movement(date(2019, 1, 1), "60009", "60009", "30", "Allonne", "Allonne"),
    Movement(date(2019, 1, 1), "60057", "60057", "30", "Beauvais", "Beauvais"),
)


def load(*movements: Movement) -> None:
    services.load_country(country(movements=movements), on=VINTAGE)


def history(code: str) -> list[tuple[int, str]]:
    commune = Territory.objects.get(kind=TerritoryKind.COMMUNE, code=code)
    return [(event.day.year, event.kind) for event in services.history_of(commune)]


class TestEvents:
    def test_of_the_register_are_those_of_the_lake(self) -> None:
        assert EventKind.values == [kind.value for kind in EventKindOfLake]

    def test_are_told_by_each_commune_they_touched_the_latest_first(self) -> None:
        load(*MARISSEL, *SPLIT)

        assert history("60057") == [(2019, "SUPPRESSED"), (1943, "MERGED")]
        assert history("60009") == [(2019, "SUPPRESSED")]
        assert history("60029") == []

    def test_keep_every_movement(self) -> None:
        load(*MARISSEL)

        links = TerritoryEvent.objects.get().links.order_by("before_code")
        assert [(one.before_name, one.after_code) for one in links] == [
            ("Beauvais", "60057"), ("Marissel", "60057"),
        ]  # fmt: skip

    def test_loaded_twice_change_nothing(self) -> None:
        load(*MARISSEL, *SPLIT)
        before = set(TerritoryEvent.objects.values_list("pk", "day", "rank"))

        load(*MARISSEL, *SPLIT)

        assert set(TerritoryEvent.objects.values_list("pk", "day", "rank")) == before

    def test_that_changed_are_rewritten_and_the_others_left_alone(self) -> None:
        load(*MARISSEL, *SPLIT)
        kept = TerritoryEvent.objects.get(day=SPLIT[0].effective_on).pk
        renamed = MARISSEL[1]._replace(before_name="Marissel-lès-Beauvais")

        load(MARISSEL[0], renamed, *SPLIT)

        assert TerritoryEvent.objects.get(day=SPLIT[0].effective_on).pk == kept
        assert EventLink.objects.filter(before_name="Marissel-lès-Beauvais").count() == 1
        assert TerritoryEvent.objects.count() == 2

    def test_that_the_list_no_longer_holds_are_gone(self) -> None:
        load(*MARISSEL, *SPLIT)

        load(*MARISSEL)

        assert history("60057") == [(1943, "MERGED")]

    def test_follow_a_commune_that_ceases(self) -> None:
        load(*MARISSEL)
        services.load_country(
            country(*(row for row in country().territories if row.code != "60009")), on=VINTAGE
        )

        assert TerritoryEvent.objects.count() == 0


class TestHistoryOf:
    def test_costs_two_queries_whatever_the_number_of_events(
        self, django_assert_num_queries
    ) -> None:
        load(*MARISSEL, *SPLIT)
        beauvais = Territory.objects.get(code="60057")

        with django_assert_num_queries(2):
            events = list(services.history_of(beauvais))
            assert [len(event.links.all()) for event in events] == [4, 2]

    def test_orders_the_events_of_one_day(self) -> None:
        beauvais = TerritoryFactory()
        for rank, kind in ((1, "NEW_COMMUNE"), (0, "DEPARTEMENT_CHANGED")):
            TerritoryEventFactory(rank=rank, kind=kind, territories=[beauvais])

        assert [kind for _, kind in history("60057")] == ["NEW_COMMUNE", "DEPARTEMENT_CHANGED"]


class TestNamesOfCodes:
    def test_gives_the_last_name_borne(self) -> None:
        old = Movement(date(1920, 1, 1), "60384", "60384", "10", "Marisel", "Marissel")
        load(*MARISSEL, old)

        assert services.names_of_codes(["60384", "99999"]) == {"60384": "Marissel"}
