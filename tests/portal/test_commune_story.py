"""The sentences that tell the events of communes: real ones, as INSEE writes them."""

import datetime as dt

import pytest

from jalon.portal.commune_story import stories
from jalon.territories.enums import EventKind
from jalon.territories.models import TerritoryEvent
from tests.factories import TerritoryEventFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def com(code: str, name: str) -> tuple[str, str, str]:
    return ("COM", code, name)


def told(kind: EventKind, *links: tuple[tuple[str, str, str], tuple[str, str, str]]) -> str:
    TerritoryEventFactory(day=dt.date(2019, 1, 1), kind=kind, links=links)
    (story,) = stories(TerritoryEvent.objects.prefetch_related("links"))
    return story.sentence


class TestSentence:
    def test_of_a_commune_nouvelle_names_those_that_united(self) -> None:
        names = (("01033", "Bellegarde"), ("01091", "Châtillon"), ("01205", "Lancrans"))
        whole = com("01033", "Valserhône")

        sentence = told(
            EventKind.NEW_COMMUNE,
            *((com(code, name), whole) for code, name in names),
            *((com(code, name), ("COMD", code, name)) for code, name in names),
        )

        assert sentence == (
            "Bellegarde, Châtillon et Lancrans se sont réunies pour former la commune nouvelle "
            "Valserhône. Toutes y sont devenues communes déléguées."
        )

    def test_of_one_that_joins_names_what_it_joined(self) -> None:
        whole = com("01187", "Haut Valromey")

        sentence = told(
            EventKind.NEW_COMMUNE,
            (whole, whole),
            (com("01330", "Ruffieu"), whole),
            (com("01330", "Ruffieu"), ("COMD", "01330", "Ruffieu")),
        )

        assert sentence == (
            "Ruffieu a rejoint Haut Valromey, en commune nouvelle. "
            "Ruffieu y est devenue commune déléguée."
        )

    def test_of_a_merger_contracts_the_article(self) -> None:
        vigan = com("46334", "Le Vigan")

        sentence = told(EventKind.MERGED, (vigan, vigan), (com("46001", "Albas"), vigan))

        assert sentence == "Albas a été rattachée au Vigan."

    def test_of_an_association_names_the_commune_associee(self) -> None:
        former, whole = com("62178", "Bruay-en-Artois"), com("62178", "Bruay-la-Buissière")
        labuissiere = com("62482", "Labuissière")

        sentence = told(
            EventKind.ASSOCIATED,
            (former, whole),
            (labuissiere, whole),
            (labuissiere, ("COMA", "62482", "Labuissière")),
        )

        assert sentence == (
            "Bruay-en-Artois et Labuissière ont fusionné pour former Bruay-la-Buissière. "
            "Labuissière y est devenue commune associée."
        )

    def test_of_a_reestablishment_names_who_left_whom(self) -> None:
        held = com("85084", "Essarts en Bocage")

        sentence = told(
            EventKind.REESTABLISHED,
            (held, com("85084", "Essarts-en-Bocage")),
            (held, com("85165", "L'Oie")),
            (("COMD", "85165", "L'Oie"), com("85165", "L'Oie")),
        )

        assert sentence == (
            "L’Oie a quitté Essarts en Bocage et a été rétablie comme commune. "
            "Essarts en Bocage a changé de nom pour Essarts-en-Bocage."
        )

    def test_of_a_reestablishment_knows_by_its_name_the_one_that_stays(self) -> None:
        held = com("60054", "Les Hauts-Talican")

        sentence = told(
            EventKind.REESTABLISHED,
            (held, com("60054", "Beaumont-les-Nonains")),
            (held, com("60694", "Les Hauts-Talican")),
        )

        assert sentence == (
            "Beaumont-les-Nonains a quitté Les Hauts-Talican et a été rétablie comme commune. "
            "Les Hauts-Talican porte désormais le code 60694."
        )

    def test_of_a_creation_names_the_givers(self) -> None:
        givers = [com("38422", "Saint-Martin-d'Uriage"), com("38529", "Les Vaulnaveys")]
        chamrousse = com("38567", "Chamrousse")

        sentence = told(
            EventKind.CREATED, *((one, after) for one in givers for after in (one, chamrousse))
        )

        assert sentence == (
            "Chamrousse a été créée sur un territoire pris à Saint-Martin-d’Uriage et aux "
            "Vaulnaveys."
        )

    def test_of_a_commune_that_came_from_abroad_invents_no_giver(self) -> None:
        sentence = told(EventKind.CREATED, (("", "", ""), com("06163", "Tende")))

        assert sentence == "Tende est entrée dans la liste des communes françaises."

    def test_of_a_suppression_names_the_heirs(self) -> None:
        moeurs, essarts = com("51369", "Mœurs"), com("51235", "Les Essarts")
        verdey = com("51606", "Verdey")

        sentence = told(
            EventKind.SUPPRESSED,
            (moeurs, com("51369", "Mœurs-Verdey")),
            (essarts, essarts),
            (verdey, com("51369", "Mœurs-Verdey")),
            (verdey, essarts),
        )

        assert sentence == (
            "Verdey a été supprimée, et son territoire partagé entre Les Essarts et Mœurs-Verdey. "
            "Mœurs a changé de nom pour Mœurs-Verdey."
        )

    @pytest.mark.parametrize(
        ("kind", "link", "sentence"),
        [
            (
                EventKind.RENAMED,
                (com("24177", "Faux"), com("24177", "Faux-en-Périgord")),
                "Faux a changé de nom pour Faux-en-Périgord.",
            ),
            (
                EventKind.DEPARTEMENT_CHANGED,
                (com("49144", "Freigné"), com("44225", "Freigné")),
                "Freigné a changé de département : son code 49144 est devenu 44225.",
            ),
            (
                EventKind.SEAT_MOVED,
                (com("49069", "Orée d'Anjou"), com("49126", "Orée d'Anjou")),
                "Orée d’Anjou a changé de chef-lieu : son code 49069 est devenu 49126.",
            ),
            (
                EventKind.SEAT_MOVED,
                (("COMA", "14472", "Fresnay"), ("COMA", "14697", "Tôtes")),
                "Le chef-lieu ayant changé, Fresnay laisse place à Tôtes.",
            ),
            (
                EventKind.ASSOCIATION_ENDED,
                (("COMA", "25581", "Valentin"), com("25212", "École-Valentin")),
                "Valentin n’est plus commune associée : elle est entièrement intégrée à "
                "École-Valentin.",
            ),
            (
                EventKind.DELEGATION_ENDED,
                (("COMD", "56150", "Noyalo"), com("56251", "Theix-Noyalo")),
                "La commune déléguée Noyalo a été supprimée ; la commune Theix-Noyalo demeure.",
            ),
            (
                EventKind.ASSOCIATED_BECAME_DELEGATED,
                (("COMA", "62482", "Labuissière"), ("COMD", "62482", "Labuissière")),
                "Labuissière, commune associée, est devenue commune déléguée.",
            ),
            (
                EventKind.DELEGATED_REESTABLISHED,
                (("COMD", "67495", "Truchtersheim"), ("COMD", "67024", "Behlenheim")),
                "Behlenheim a été rétablie comme commune déléguée.",
            ),
            (
                EventKind.CREATED,
                (com("13055", "Marseille"), ("ARM", "13201", "Marseille 1er")),
                "Marseille a été découpée en un arrondissement municipal.",
            ),
            (
                EventKind.OTHER,
                (com("60057", "Beauvais"), com("60057", "Beauvais")),
                "Avant : Beauvais. Après : Beauvais.",
            ),
            (
                EventKind.MERGED,
                (com("60384", ""), com("60057", "")),
                "Avant : 60384. Après : 60057.",
            ),
        ],
    )
    def test_of_each_kind(self, kind, link, sentence) -> None:
        assert told(kind, link) == sentence
