"""Objects of the register for tests: real names and codes, nothing random."""

from datetime import date

import factory

from jalon.interventions.enums import CoverageRole, DateKind, Mode, PriorityDomain
from jalon.interventions.models import Coverage, Intervention, Programme
from jalon.territories import rules
from jalon.territories.enums import EventKind, TerritoryKind, Zone
from jalon.territories.models import (
    EventLink,
    FormerCode,
    Membership,
    SearchKey,
    Territory,
    TerritoryEvent,
)


class TerritoryFactory(factory.django.DjangoModelFactory[Territory]):
    """Beauvais, unless a trait says otherwise; `searchable=True` gives it its search keys.

    `searchable__largest_member` is the population of the largest commune of a grouping.
    """

    class Meta:
        model = Territory
        django_get_or_create = ("kind", "code")
        skip_postgeneration_save = True

    class Params:
        epci = factory.Trait(
            kind=TerritoryKind.EPCI,
            code="200067999",
            name="CA du Beauvaisis",
            siren="200067999",
            legal_form="CA",
            zone="",
            population=103_107,
            postal_codes=[],
        )
        departement = factory.Trait(
            kind=TerritoryKind.DEPARTEMENT,
            code="60",
            name="Oise",
            siren="",
            population=829_419,
            postal_codes=[],
            seat_code="60057",
        )
        region = factory.Trait(
            kind=TerritoryKind.REGION,
            code="32",
            name="Hauts-de-France",
            siren="",
            population=5_995_292,
            postal_codes=[],
            seat_code="59350",
        )
        france = factory.Trait(
            kind=TerritoryKind.FRANCE,
            code="FRANCE",
            name="France",
            siren="",
            zone="",
            population=68_000_000,
            postal_codes=[],
        )
        compiegne = factory.Trait(
            code="60159", name="Compiègne", siren="216001594", population=40_808,
            postal_codes=["60200"],
        )  # fmt: skip
        saint_denis = factory.Trait(
            code="97411", name="Saint-Denis", siren="219740115", population=156_149,
            postal_codes=["97400", "97417", "97490"], zone=Zone.DROM,
        )  # fmt: skip

    kind = TerritoryKind.COMMUNE
    code = "60057"
    name = "Beauvais"
    siren = "216000562"
    legal_form = ""
    zone = Zone.METRO
    population = 56_605
    postal_codes = factory.LazyFunction(lambda: ["60000"])
    seat_code = ""

    @factory.post_generation
    def searchable(self: Territory, create: bool, extracted: bool | None, **options: int) -> None:  # noqa: FBT001
        if not (create and extracted):
            return
        findable = rules.Findable(
            kind=TerritoryKind(self.kind),
            name=self.name,
            codes={self.code, *self.postal_codes},
            population=self.population or 0,
            largest_member=options.get("largest_member"),
        )
        SearchKey.objects.bulk_create(
            SearchKey(territory=self, key=key.text, rank=key.rank, is_name=key.is_name)
            for key in rules.search_keys(findable)
        )


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    """Beauvais in the Oise."""

    class Meta:
        model = Membership

    child = factory.SubFactory(TerritoryFactory)
    parent = factory.SubFactory(TerritoryFactory, departement=True)


class FormerCodeFactory(factory.django.DjangoModelFactory[FormerCode]):
    """Octeville, merged into Cherbourg-en-Cotentin."""

    class Meta:
        model = FormerCode

    code = "50383"
    territory = factory.SubFactory(
        TerritoryFactory, code="50129", name="Cherbourg-en-Cotentin", postal_codes=["50100"]
    )
    ceased_on = None


class TerritoryEventFactory(factory.django.DjangoModelFactory[TerritoryEvent]):
    """What happened to some communes; `links` are (status, code, name) before and after."""

    class Meta:
        model = TerritoryEvent
        skip_postgeneration_save = True

    day = date(2019, 1, 1)
    rank = factory.Sequence(lambda n: n)
    kind = EventKind.NEW_COMMUNE

    @factory.post_generation
    def links(self: TerritoryEvent, create: bool, extracted: object, **_: object) -> None:  # noqa: FBT001
        for before, after in extracted or ():
            EventLink.objects.create(
                event=self,
                before_status=before[0],
                before_code=before[1],
                before_name=before[2],
                after_status=after[0],
                after_code=after[1],
                after_name=after[2],
            )

    @factory.post_generation
    def territories(self: TerritoryEvent, create: bool, extracted: object, **_: object) -> None:  # noqa: FBT001
        self.territories.set(extracted or ())


class ProgrammeFactory(factory.django.DjangoModelFactory[Programme]):
    """Action cœur de ville, unless the trait says Petites villes de demain."""

    class Meta:
        model = Programme
        django_get_or_create = ("code",)

    class Params:
        pvd = factory.Trait(
            code="pvd",
            name="Petites villes de demain",
            purpose="Aider les petites villes à jouer leur rôle de centre.",
            domains=[PriorityDomain.RURAL],
            started_on=date(2020, 10, 1),
            source_slug="pvd",
            order=2,
        )

    code = "acv"
    name = "Action cœur de ville"
    purpose = "Redonner vie au centre des villes moyennes."
    mode = Mode.PROGRAMME
    domains = factory.LazyFunction(lambda: [PriorityDomain.URBAN])
    owner = "Agence nationale de la cohésion des territoires"
    started_on = date(2018, 3, 27)
    date_kind = DateKind.SIGNED
    source_slug = "acv"
    order = 1


class InterventionFactory(factory.django.DjangoModelFactory[Intervention]):
    """The convention of Beauvais in Action cœur de ville."""

    class Meta:
        model = Intervention
        django_get_or_create = ("programme", "code")

    programme = factory.SubFactory(ProgrammeFactory)
    mode = factory.SelfAttribute("programme.mode")
    code = "ACV-60057"
    name = "Beauvais"
    started_on = date(2018, 9, 28)


class CoverageFactory(factory.django.DjangoModelFactory[Coverage]):
    """Beauvais, beneficiary of its own convention."""

    class Meta:
        model = Coverage

    intervention = factory.SubFactory(InterventionFactory)
    territory = factory.SubFactory(TerritoryFactory)
    role = CoverageRole.BENEFICIARY
    declared_codes = factory.LazyAttribute(lambda coverage: [coverage.territory.code])
    started_on = factory.SelfAttribute("intervention.started_on")
