"""What the page of a territory says, gathered from the register in a bounded number of queries."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jalon.core import french
from jalon.core.charts.canvas import Canvas
from jalon.core.charts.scale import Scale
from jalon.interventions.enums import CoverageRole
from jalon.interventions.models import Coverage, Programme
from jalon.portal.wording import kind_label
from jalon.territories.enums import INSIDE_A_COMMUNE, STUDY_ZONES, TerritoryKind
from jalon.territories.models import FormerCode, Territory, TerritoryQuerySet
from jalon.territories.services import names_of_codes

# From the nearest to the widest: the order in which a reader meets them.
GRAINS = (
    *INSIDE_A_COMMUNE,
    TerritoryKind.COMMUNE,
    TerritoryKind.EPCI,
    TerritoryKind.GROUPEMENT,
    *STUDY_ZONES,
    TerritoryKind.DEPARTEMENT,
    TerritoryKind.COLLECTIVITE_OUTRE_MER,
    TerritoryKind.REGION,
    TerritoryKind.FRANCE,
)
# What a page lists inside a territory: first what decides, then what INSEE only studies.
_INSIDE = (
    *reversed([kind for kind in GRAINS if kind not in STUDY_ZONES]),
    *reversed(STUDY_ZONES),
)
_ON = {
    TerritoryKind.QPV: gettext_lazy("sur le quartier"),
    TerritoryKind.ARRONDISSEMENT_MUNICIPAL: gettext_lazy("sur l’arrondissement"),
    TerritoryKind.COMMUNE_DELEGUEE: gettext_lazy("sur la commune déléguée"),
    TerritoryKind.COMMUNE: gettext_lazy("sur la commune"),
    TerritoryKind.EPCI: gettext_lazy("sur l’intercommunalité"),
    TerritoryKind.GROUPEMENT: gettext_lazy("sur un groupement"),
    TerritoryKind.BASSIN_DE_VIE: gettext_lazy("sur le bassin de vie"),
    TerritoryKind.UNITE_URBAINE: gettext_lazy("sur l’unité urbaine"),
    TerritoryKind.AAV: gettext_lazy("sur l’aire d’attraction"),
    TerritoryKind.ZONE_EMPLOI: gettext_lazy("sur la zone d’emploi"),
    TerritoryKind.DEPARTEMENT: gettext_lazy("sur le département"),
    TerritoryKind.COLLECTIVITE_OUTRE_MER: gettext_lazy("sur la collectivité"),
    TerritoryKind.REGION: gettext_lazy("sur la région"),
    TerritoryKind.FRANCE: gettext_lazy("sur tout le pays"),
}
TIMELINE_START, TIMELINE_END = 2015, 2028
_NAMES_SHOWN = 3
_LINKS_SHOWN = 5


@dataclass(frozen=True)
class ProgrammeLine:
    """One programme at work on one territory: the roles, the dates, the names."""

    programme: Programme
    coverages: Sequence[Coverage]

    @property
    def roles(self) -> str:
        """Say the roles of the territory, the most engaged first."""
        present = {coverage.role for coverage in self.coverages}
        order = (CoverageRole.BENEFICIARY, CoverageRole.SIGNATORY, CoverageRole.COVERED)
        return ", ".join(str(role.label) for role in order if role in present)

    @property
    def names(self) -> list[str]:
        """Name the first interventions, when they say more than the programme's own name."""
        names = dict.fromkeys(coverage.intervention.name for coverage in self.coverages)
        return [name for name in names if name != self.programme.name][:_NAMES_SHOWN]

    @property
    def n_interventions(self) -> int:
        """Count the interventions behind this line."""
        return len({coverage.intervention_id for coverage in self.coverages})

    @property
    def n_hidden(self) -> int:
        """Count the interventions that the line does not name."""
        return self.n_interventions - len(self.names) if self.names else 0

    @property
    def started_on(self) -> dt.date | None:
        """Give the first known date of entry."""
        dates = [c.started_on or c.intervention.started_on for c in self.coverages]
        return min((day for day in dates if day), default=None)

    @property
    def ended_on(self) -> dt.date | None:
        """Give the last date of exit, when every intervention has ended."""
        dates = [c.ended_on or c.intervention.ended_on for c in self.coverages]
        known = [day for day in dates if day]
        return max(known) if known and len(known) == len(dates) else None

    @property
    def timeline(self) -> str:
        """Draw the years of presence; empty when the official list gives no date."""
        return _timeline(self.started_on, self.ended_on) if self.started_on else ""


@dataclass(frozen=True)
class Grain:
    """What is done at one grain: the territory that holds it, and its programmes."""

    territory: Territory
    is_the_place_itself: bool
    lines: Sequence[ProgrammeLine] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """Name the grain, as "sur le département"."""
        return str(_ON[TerritoryKind(self.territory.kind)])


def grains_of(around: Sequence[tuple[Territory, list[Coverage]]]) -> list[Grain]:
    """Group what touches a territory and what contains it by place, then by programme.

    Parameters
    ----------
    around
        What `interventions_around` gives: the territory first, then what contains it.
    """
    grains = []
    for rank, (place, coverages) in enumerate(around):
        by_programme: dict[Programme, list[Coverage]] = {}
        for coverage in coverages:
            if coverage.intervention.programme is not None:
                by_programme.setdefault(coverage.intervention.programme, []).append(coverage)
        if by_programme or rank == 0:
            lines = [ProgrammeLine(programme, rows) for programme, rows in by_programme.items()]
            grains.append(Grain(territory=place, is_the_place_itself=rank == 0, lines=lines))
    return grains


def programmes_within(territory: Territory) -> list[Programme]:
    """Count, by programme, the interventions at work on the territories inside this one."""
    coverages = Coverage.objects.all()
    if territory.kind != TerritoryKind.FRANCE:
        coverages = coverages.filter(territory__in=Territory.objects.within(territory).values("pk"))
    counts = {
        row["intervention__programme"]: (row["n_interventions"], row["n_territories"])
        for row in coverages.values("intervention__programme").annotate(
            n_interventions=Count("intervention", distinct=True),
            n_territories=Count("territory", distinct=True),
        )
    }
    programmes = []
    for programme in Programme.objects.filter(pk__in=[pk for pk in counts if pk]):
        programme.n_interventions, programme.n_territories = counts[programme.pk]  # type: ignore[attr-defined]
        programmes.append(programme)
    return programmes


def member_kinds(territory: Territory) -> list[tuple[TerritoryKind, int, str]]:
    """Count the territories inside this one, by kind, the widest first."""
    inside = _inside(territory).values("kind").annotate(n=Count("pk")).order_by()
    counts = {TerritoryKind(row["kind"]): row["n"] for row in inside}
    return [
        (kind, counts[kind], kind_label(kind, counts[kind])) for kind in _INSIDE if kind in counts
    ]


def members(territory: Territory, kind: TerritoryKind) -> TerritoryQuerySet:
    """List the territories of one kind inside this one, the most populous first."""
    return _inside(territory).of_kind(kind).order_by("-population", "name")


def _inside(territory: Territory) -> TerritoryQuerySet:
    if territory.kind == TerritoryKind.FRANCE:
        return Territory.objects.current().exclude(pk=territory.pk)
    return Territory.objects.current().within(territory)


@dataclass(frozen=True)
class Links:
    """Other territories that a page names in one line: the first ones, and how many more."""

    title: str
    territories: Sequence[Territory]
    n_more: int = 0
    more_url: str = ""


def study_zones(parents: Sequence[Territory]) -> list[Links]:
    """Name the study zones that hold a commune, the widest first."""
    return [
        Links(str(kind.label), [one for one in parents if one.kind == kind])
        for kind in reversed(STUDY_ZONES)
        if any(one.kind == kind for one in parents)
    ]


def quartiers(territory: Territory) -> list[Links]:
    """Name the first QPV of a commune."""
    if territory.kind != TerritoryKind.COMMUNE:
        return []
    found = list(members(territory, TerritoryKind.QPV))
    if not found:
        return []
    kind = TerritoryKind.QPV
    return [
        Links(
            kind_label(kind, len(found)),
            found[:_LINKS_SHOWN],
            max(len(found) - _LINKS_SHOWN, 0),
            f"?membres={kind.lower()}#membres",
        )
    ]


def former_codes(territory: Territory) -> list[FormerCode]:
    """List the codes that this territory took over, the latest first."""
    return list(territory.former_codes.exclude(code=territory.code).order_by("-ceased_on", "code"))


@dataclass(frozen=True)
class NamedFormerCode:
    """A code no longer in use, the commune that bore it, and where else it leads."""

    code: str
    name: str
    ceased_on: dt.date | None
    others: Sequence[str]


def former_codes_with_names(commune: Territory) -> list[NamedFormerCode]:
    """List the codes that a commune took over, named, the latest first; in three queries."""
    held = former_codes(commune)
    codes = [one.code for one in held]
    names = names_of_codes(codes)
    elsewhere: dict[str, list[str]] = {}
    rows = FormerCode.objects.filter(code__in=codes).exclude(territory=commune)
    for one in rows.select_related("territory").order_by("territory__code"):
        elsewhere.setdefault(one.code, []).append(str(one.territory))
    return [
        NamedFormerCode(
            one.code, names.get(one.code, ""), one.ceased_on, elsewhere.get(one.code, [])
        )
        for one in held
    ]


def _timeline(started_on: dt.date, ended_on: dt.date | None) -> str:
    until = french.date(ended_on) if ended_on else _("aujourd’hui")
    canvas = Canvas(288, 26, f"{french.date(started_on)} → {until}")
    x = Scale(TIMELINE_START, TIMELINE_END, 2, 286)
    for year in range(TIMELINE_START, TIMELINE_END, 3):
        canvas.line((x(year), 0), (x(year), 12), "rule")
        canvas.text((x(year), 24), str(year), size=10)
    start = max(started_on.year + (started_on.timetuple().tm_yday - 1) / 365, TIMELINE_START)
    today = dt.date.today()  # noqa: DTZ011  (a civil date, in the time of the server)
    end_day = ended_on or today
    end = min(end_day.year + (end_day.timetuple().tm_yday - 1) / 365, TIMELINE_END)
    canvas.box((x(start), 3), max(x(end) - x(start), 3), 6, "data-1")
    if ended_on is None:
        canvas.area([(x(end), 1), (x(end) + 6, 6), (x(end), 11)], "data-1")
    return canvas.svg()
