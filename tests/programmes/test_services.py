"""Writing the catalogue and the official lists into the register."""

from datetime import date

import pytest
from django.forms.models import model_to_dict

from jalon.interventions.enums import Mode
from jalon.interventions.models import Coverage, Intervention, Programme
from jalon.lake.reading import CoverageRow
from jalon.programmes import services
from jalon.programmes.catalogue import all_programmes
from tests.factories import InterventionFactory, ProgrammeFactory, TerritoryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]

SIGNED_ON = date(2018, 9, 28)
BEAUVAIS = CoverageRow(
    "acv", "acv-010", "Beauvais", "COMMUNE", "60057", "60057", "SIGNATORY", SIGNED_ON
)


@pytest.fixture
def _oise() -> None:
    ProgrammeFactory()
    TerritoryFactory()
    TerritoryFactory(compiegne=True)


class TestLoadCatalogue:
    def test_writes_every_programme_in_its_order(self) -> None:
        services.load_catalogue()

        codes = list(Programme.objects.values_list("code", flat=True))
        assert codes == [card.code for card in all_programmes()]
        assert Programme.objects.get(code="crte").mode == Mode.CONTRACT

    def test_updates_in_place(self) -> None:
        former = ProgrammeFactory(name="Nom d’avant")

        services.load_catalogue()

        former.refresh_from_db()
        assert former.name == "Action cœur de ville"


@pytest.mark.usefixtures("_oise")
class TestLoadList:
    def test_writes_interventions_and_their_places(self) -> None:
        services.load_list(programmes=["acv"], rows=[BEAUVAIS])

        place = Coverage.objects.get()
        assert place.territory.code == "60057"
        assert (place.role, place.started_on, place.ended_on) == ("SIGNATORY", SIGNED_ON, None)
        assert place.declared_codes == ["60057"]
        intervention = place.intervention
        assert (intervention.code, intervention.name) == ("acv-010", "Beauvais")
        assert (intervention.mode, intervention.started_on) == (Mode.PROGRAMME, SIGNED_ON)

    def test_groups_the_codes_that_one_commune_took_over(self) -> None:
        merged = BEAUVAIS._replace(declared_code="60009", started_on=date(2018, 3, 1))

        services.load_list(programmes=["acv"], rows=[BEAUVAIS, merged])

        place = Coverage.objects.get()
        assert place.declared_codes == ["60009", "60057"]
        assert place.started_on == date(2018, 3, 1)

    def test_ends_an_intervention_only_when_every_territory_left(self) -> None:
        left = BEAUVAIS._replace(ended_on=date(2023, 1, 1))
        stays = BEAUVAIS._replace(code="60159", declared_code="60159")

        services.load_list(programmes=["acv"], rows=[left, stays])
        assert Intervention.objects.get().ended_on is None

        services.load_list(
            programmes=["acv"], rows=[left, stays._replace(ended_on=date(2024, 1, 1))]
        )
        assert Intervention.objects.get().ended_on == date(2024, 1, 1)

    def test_changes_nothing_when_done_twice(self) -> None:
        rows = [BEAUVAIS, BEAUVAIS._replace(code="60159", declared_code="60159")]
        services.load_list(programmes=["acv"], rows=rows)
        before = [
            model_to_dict(row) for row in (*Intervention.objects.all(), *Coverage.objects.all())
        ]

        services.load_list(programmes=["acv"], rows=rows)

        after = [
            model_to_dict(row) for row in (*Intervention.objects.all(), *Coverage.objects.all())
        ]
        assert after == before

    def test_keeps_the_row_of_an_intervention_that_changed(self) -> None:
        services.load_list(programmes=["acv"], rows=[BEAUVAIS])
        before = Intervention.objects.get().pk

        services.load_list(
            programmes=["acv"],
            rows=[BEAUVAIS._replace(intervention_name="Ville de Beauvais", code="60159")],
        )

        after = Intervention.objects.get()
        assert (after.pk, after.name) == (before, "Ville de Beauvais")
        assert [place.territory.code for place in after.coverages.all()] == ["60159"]

    def test_takes_away_what_the_list_no_longer_names(self) -> None:
        services.load_list(programmes=["acv"], rows=[BEAUVAIS])

        services.load_list(programmes=["acv"], rows=[])

        assert not Intervention.objects.exists()

    def test_leaves_other_programmes_alone(self) -> None:
        other = InterventionFactory(programme__pvd=True, code="pvd-1")

        services.load_list(programmes=["acv"], rows=[BEAUVAIS])

        assert Intervention.objects.filter(pk=other.pk).exists()

    @pytest.mark.parametrize(
        ("stranger", "named"),
        [
            (BEAUVAIS._replace(programme="fonds-vert"), "fonds-vert"),
            (BEAUVAIS._replace(code="99999"), "99999"),
        ],
    )
    def test_refuses_what_the_register_does_not_hold_and_writes_nothing(
        self, stranger: CoverageRow, named: str
    ) -> None:
        with pytest.raises(services.RefusedListError, match=named):
            services.load_list(programmes=["acv"], rows=[BEAUVAIS, stranger])

        assert not Intervention.objects.exists()

    def test_refuses_a_programme_that_the_catalogue_lacks(self) -> None:
        with pytest.raises(services.RefusedListError, match="inconnu"):
            services.load_list(programmes=["inconnu"], rows=[])
