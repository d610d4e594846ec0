"""The territories of a programme: how many, since when, how large, and their list."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jalon.core.charts import Bar, Chart, bar_chart
from jalon.core.models import SourceImport
from jalon.interventions.enums import DateKind
from jalon.interventions.models import Coverage, Intervention, Programme
from jalon.interventions.services import entries_by_year
from jalon.portal.outlines import departement_map
from jalon.portal.wording import in_departements, kind_label
from jalon.territories.enums import TerritoryKind
from jalon.territories.models import Territory
from jalon.territories.services import departement_names

SORTS = {
    "nom": (gettext_lazy("Nom"), ("territory__name", "pk")),
    "population": (gettext_lazy("Population"), ("-territory__population", "territory__name", "pk")),
    "date": (gettext_lazy("Date d’entrée"), ("started_on", "territory__name", "pk")),
}
# Classes of communes that readers know: the thresholds of the law and of INSEE's publications.
SIZES = (
    (0, 500, gettext_lazy("moins de 500")),
    (500, 2_000, gettext_lazy("de 500 à 2 000")),
    (2_000, 5_000, gettext_lazy("de 2 000 à 5 000")),
    (5_000, 20_000, gettext_lazy("de 5 000 à 20 000")),
    (20_000, 100_000, gettext_lazy("de 20 000 à 100 000")),
    (100_000, None, gettext_lazy("plus de 100 000")),
)


@dataclass(frozen=True)
class Reach:
    """How far a programme goes: interventions, and territories by kind."""

    n_interventions: int
    n_territories: int
    by_kind: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Portrait:
    """What a programme is, as a whole: it changes with its list only."""

    reach: Reach
    charts: Sequence[Chart]
    map: Chart | None


def portrait_of(programme: Programme, source: str) -> Portrait:
    """Draw a programme as a whole, once for each import of its list.

    Counting the 35,000 communes of the CRTE takes 300 ms: too long for each reader.
    """

    def draw() -> Portrait:
        charts = (entries_chart(programme, source), sizes_chart(programme, source))
        return Portrait(
            reach=reach_of(programme),
            charts=[chart for chart in charts if chart],
            map=map_chart(programme, source),
        )

    imports = SourceImport.objects.filter(slug__in=["contours", programme.source_slug])
    stamps = imports.order_by("slug").values_list("imported_at", flat=True)
    stamp = "-".join(str(moment.timestamp()) for moment in stamps)
    if not stamp:
        return draw()
    key = f"portal:portrait:{programme.code}:{stamp}"
    portrait: Portrait | None = cache.get(key)
    if portrait is None:
        portrait = draw()
        cache.set(key, portrait, None)
    return portrait


def with_reach() -> list[Programme]:
    """List the programmes with their number of interventions and the vintage of their list."""
    vintages = dict(SourceImport.objects.values_list("slug", "vintage"))
    programmes: list[Programme] = list(
        Programme.objects.annotate(n_interventions=Count("interventions")).order_by("order")
    )
    for programme in programmes:
        programme.list_vintage = vintages.get(programme.source_slug, "")  # type: ignore[attr-defined]
    return programmes


def reach_of(programme: Programme) -> Reach:
    """Count the interventions and the territories of a programme."""
    kinds = (
        Territory.objects.filter(coverages__intervention__programme=programme)
        .values("kind")
        .annotate(n=Count("pk", distinct=True))
        .order_by("-n")
    )
    by_kind = [(kind_label(TerritoryKind(row["kind"]), row["n"]), row["n"]) for row in kinds]
    return Reach(
        n_interventions=Intervention.objects.filter(programme=programme).count(),
        n_territories=sum(n for _kind, n in by_kind),
        by_kind=by_kind,
    )


def entries_chart(programme: Programme, source: str) -> Chart | None:
    """Count the interventions that began each year; None when the list gives no date."""
    counts = entries_by_year(programme.code)
    n_undated = counts.pop(None, 0)
    years = [year for year in counts if year is not None]
    if not years:
        return None
    bars = [Bar(str(year), counts.get(year, 0)) for year in range(min(years), max(years) + 1)]
    if n_undated:
        bars.append(Bar(_("sans date"), n_undated, muted=True))
    busiest = max(years, key=lambda year: counts[year])
    title = _("%(share)d %% des entrées datées ont eu lieu en %(year)d") % {
        "share": round(100 * counts[busiest] / sum(counts.values())),
        "year": busiest,
    }
    return bar_chart(
        slug="entrees",
        title=title,
        bars=bars,
        header=(_("Année d’entrée"), _("Interventions")),
        source=source,
        note=_("Date retenue : %(kind)s.") % {"kind": DateKind(programme.date_kind).label},
    )


def sizes_chart(programme: Programme, source: str) -> Chart | None:
    """Compare the size of the communes of a programme with that of all communes."""
    classes = {
        f"c{index}": Count(
            "pk",
            distinct=True,
            filter=Q(population__gte=low) & (Q(population__lt=high) if high else Q()),
        )
        for index, (low, high, _label) in enumerate(SIZES)
    }
    communes = Territory.objects.current().of_kind(TerritoryKind.COMMUNE)
    chosen = communes.filter(
        pk__in=Coverage.objects.filter(intervention__programme=programme).values("territory")
    )
    counts = list(chosen.aggregate(**classes).values())
    total = sum(counts)
    if not total:
        return None
    largest = max(range(len(counts)), key=counts.__getitem__)
    return bar_chart(
        slug="tailles",
        title=_("%(share)d %% de ses communes ont %(size)s habitants")
        % {"share": round(100 * counts[largest] / total), "size": SIZES[largest][2]},
        bars=[
            Bar(str(label), 100 * n / total)
            for (_low, _high, label), n in zip(SIZES, counts, strict=True)
        ],
        header=(_("Habitants de la commune"), _("Part des communes du programme (%)")),
        decimals=1,
        horizontal=True,
        source=source,
        note=_("Part des communes du programme, en pourcentage."),
    )


def members(programme: Programme, *, query: str, sort: str) -> QuerySet[Coverage, Coverage]:
    """List the territories of a programme, filtered by a part of their name or by their code."""
    rows = Coverage.objects.filter(intervention__programme=programme).select_related(
        "territory", "intervention"
    )
    if query:
        rows = rows.filter(Q(territory__name__icontains=query) | Q(territory__code=query.upper()))
    return rows.order_by(*SORTS[sort][1])


def name_departements(rows: Sequence[Coverage]) -> None:
    """Give each row the name of its département, in one query."""
    names = departement_names([row.territory for row in rows])
    for row in rows:
        row.departement_names = names.get(row.territory_id, "")  # type: ignore[attr-defined]


def map_chart(programme: Programme, source: str) -> Chart | None:
    """Map the interventions of a programme by département."""
    counts = interventions_by_departement(programme)
    if not counts:
        return None
    return departement_map(
        slug="carte",
        title=in_departements(len(counts)),
        values={code: float(n) for code, n in counts.items()},
        unit=_("Interventions"),
        decimals=0,
        source=source,
    )


def interventions_by_departement(programme: Programme | None = None) -> dict[str, int]:
    """Count the interventions that touch each département, itself or through its communes."""
    rows = Coverage.objects.all()
    if programme is not None:
        rows = rows.filter(intervention__programme=programme)
    inside = rows.filter(
        territory__memberships_as_child__valid_to=None,
        territory__memberships_as_child__parent__kind=TerritoryKind.DEPARTEMENT,
    ).values_list("territory__memberships_as_child__parent__code", "intervention")
    itself = rows.filter(territory__kind=TerritoryKind.DEPARTEMENT)
    pairs = {*inside, *itself.values_list("territory__code", "intervention")}
    return dict(sorted(Counter(code for code, _intervention in pairs).items()))
