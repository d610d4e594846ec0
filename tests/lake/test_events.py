"""INSEE's movements put together into events, and in order."""

from datetime import date

from jalon.lake.events import Event, EventKind, Movement, Place, events_of

NEW_YEAR_18 = date(2018, 1, 1)
FREIGNE = (
    Movement(NEW_YEAR_18, "44225", "44180", "32", "Freigné", "Vallons-de-l'Erdre"),
    Movement(NEW_YEAR_18, "44225", "44225", "32", "Freigné", "Freigné", "COM", "COMD"),
    Movement(
        NEW_YEAR_18, "44180", "44180", "32", "Saint-Mars-la-Jaille", "Vallons-de-l'Erdre"
    ),
    Movement(NEW_YEAR_18, "49144", "44225", "41", "Freigné", "Freigné"),
)  # fmt: skip


def kinds(events: tuple[Event, ...]) -> list[EventKind]:
    return [event.kind for event in events]


class TestEventsOf:
    def test_puts_together_what_shares_a_place(self):
        others = (
            Movement(NEW_YEAR_18, "60009", "60009", "10", "Allone", "Allonne"),
            Movement(NEW_YEAR_18, "60029", "60029", "10", "Auneil", "Auneuil"),
        )

        events = events_of((*FREIGNE, *others))

        assert sorted(kinds(events)) == [
            "DEPARTEMENT_CHANGED", "NEW_COMMUNE", "RENAMED", "RENAMED",
        ]  # fmt: skip
        assert [event.rank for event in events] == [0, 1, 2, 3]

    def test_orders_the_events_of_a_day_by_what_one_gives_to_the_other(self):
        events = events_of(FREIGNE)

        assert kinds(events) == [EventKind.DEPARTEMENT_CHANGED, EventKind.NEW_COMMUNE]
        assert events[1].links == (("44180", "44180"), ("44225", "44180"))

    def test_orders_a_change_of_name_before_what_bears_the_new_name(self):
        events = events_of(
            (
                Movement(NEW_YEAR_18, "60057", "60057", "10", "Beauvoir", "Beauvais"),
                Movement(NEW_YEAR_18, "60057", "60057", "01", "Beauvais", "Beauvais"),
            )
        )

        assert kinds(events) == [EventKind.RENAMED, EventKind.OTHER]

    def test_tells_the_end_of_a_commune_deleguee_after_its_beginning(self):
        movements = (
            Movement(NEW_YEAR_18, "39018", "39018", "35", "Aromas", "Aromas", "COMD", "COM"),
            Movement(NEW_YEAR_18, "39018", "39018", "72", "Aromas", "Aromas", "COM", "COMD"),
            Movement(NEW_YEAR_18, "39018", "39018", "72", "Aromas", "Aromas"),
        )

        assert kinds(events_of(movements)) == [EventKind.OTHER, EventKind.DELEGATION_ENDED]

    def test_takes_codes_exchanged_the_same_day_as_one_event(self):
        (event,) = events_of(
            (
                Movement(NEW_YEAR_18, "27058", "27676", "50"),
                Movement(NEW_YEAR_18, "27676", "27058", "50"),
            )
        )

        assert event.links == (("27058", "27676"), ("27676", "27058"))
        assert event.is_one_to_one

    def test_keeps_what_became_of_the_former_communes_out_of_the_links(self):
        event = events_of(FREIGNE)[1]

        assert Place("COMD", "44225", "Freigné") in event.after
        assert ("44225", "44225") not in event.links
        assert not event.is_one_to_one

    def test_does_not_depend_on_the_order_of_the_file(self):
        assert events_of(FREIGNE) == events_of(tuple(reversed(FREIGNE)))

    def test_accepts_a_commune_that_came_from_abroad(self):
        (event,) = events_of(
            (Movement(date(1947, 9, 17), "", "06163", "20", "", "Tende", ""),)
        )  # fmt: skip

        assert (event.before, event.links) == ((), ())
        assert event.after == (Place("COM", "06163", "Tende"),)

    def test_of_nothing_are_none(self):
        assert events_of(()) == ()
