"""The history of a commune: its own events, and those of the communes it took over."""

from datetime import date

from hypothesis import given

from jalon.lake.events import EventKind, Movement
from jalon.lake.history import histories
from jalon.lake.lineage import Lineage

from .lineages import Drawn, drawn_lineages

NEUSSARGUES = (
    Movement(date(1973, 1, 1), "15047", "15047", "10", "Chavagnac-le-Vieux", "Chavagnac"),
    Movement(date(1980, 1, 1), "15031", "15031", "10", "Celle", "Celles"),
    *(
        Movement(date(2016, 12, 1), code, "15141", "32", name, "Neussargues en Pinatelle")
        for code, name in (
            ("15031", "Celles"), ("15047", "Chavagnac"), ("15141", "Neussargues-Moissac"),
        )
    ),
    *(
        Movement(date(2025, 1, 1), "15141", code, "21", "Neussargues en Pinatelle", name)
        for code, name in (("15031", "Celles"), ("15141", "Neussargues-Moissac"))
    ),
)  # fmt: skip
BRUAY = (
    Movement(date(1987, 2, 9), "62178", "62178", "33", "Bruay-en-Artois", "Bruay-la-Buissière"),
    Movement(date(1987, 2, 9), "62482", "62178", "33", "Labuissière", "Bruay-la-Buissière"),
    Movement(date(1987, 2, 9), "62482", "62482", "33", "Labuissière", "Labuissière", "COM", "COMA"),
    Movement(
        date(2021, 10, 30), "62482", "62482", "70", "Labuissière", "Labuissière", "COMA", "COMD"
    ),
)  # fmt: skip


def history(code: str, movements: tuple[Movement, ...]) -> list[tuple[int, EventKind]]:
    found = histories(Lineage(movements, frozenset({code})), [code])
    return [(event.day.year, event.kind) for event in found[code]]


class TestHistories:
    def test_tell_what_each_commune_taken_over_had_known(self):
        assert history("15141", NEUSSARGUES) == [
            (1973, EventKind.RENAMED),
            (1980, EventKind.RENAMED),
            (2016, EventKind.NEW_COMMUNE),
            (2025, EventKind.REESTABLISHED),
        ]

    def test_follow_a_commune_reestablished_through_the_one_that_held_it(self):
        assert history("15031", NEUSSARGUES) == [
            (1980, EventKind.RENAMED),
            (2016, EventKind.NEW_COMMUNE),
            (2025, EventKind.REESTABLISHED),
        ]

    def test_leave_out_the_past_of_what_joined_its_commune_in_between(self):
        joined = (
            Movement(date(1990, 1, 1), "15171", "15171", "10", "Ste-Anastasie", "Sainte-Anastasie"),
            Movement(date(2018, 1, 1), "15141", "15141", "32"),
            Movement(date(2018, 1, 1), "15171", "15141", "32"),
        )

        years = [year for year, _ in history("15031", (*NEUSSARGUES, *joined))]

        assert years == [1980, 2016, 2018, 2025]

    def test_tell_what_became_of_a_former_commune(self):
        assert history("62178", BRUAY) == [
            (1987, EventKind.ASSOCIATED),
            (2021, EventKind.ASSOCIATED_BECAME_DELEGATED),
        ]

    def test_tell_a_creation_by_all_who_gave_a_part(self):
        chamrousse = [
            Movement(date(1989, 2, 15), code, after, "20")
            for code in ("38422", "38478")
            for after in (code, "38567")
        ]

        assert history("38567", tuple(chamrousse)) == [(1989, EventKind.CREATED)]

    def test_of_a_commune_that_never_changed_is_empty(self):
        assert history("60057", NEUSSARGUES) == []

    @given(drawn_lineages())
    def test_hold_every_event_for_someone_and_in_order(self, drawn: Drawn):
        lineage = drawn.lineage

        found = histories(lineage, drawn.alive[drawn.last])

        told = {event for events in found.values() for event in events}
        assert told == set(lineage.events)
        for events in found.values():
            assert [event.day for event in events] == sorted(event.day for event in events)
