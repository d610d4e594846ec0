"""What plans need, read from the register (who entered, when) and from the lake (outcomes)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache

from django.conf import settings

from jalon.core.models import SourceImport
from jalon.indicators.catalogue import IndicatorCard
from jalon.indicators.comparables import Measures, measure
from jalon.interventions.services import cohort
from jalon.lake.store import Lake
from jalon.territories.enums import TerritoryKind
from jalon.territories.models import Membership

from .declarations import Plan
from .samples import Readings


class Reader:
    """Reads for several plans in a row; what they share is read once."""

    def __init__(self) -> None:
        self.lake = Lake(settings.JALON_HOME / "lake")
        self._entries = cache(_entries)
        self._measures = cache(self._measure)
        self.epcis = dict(
            Membership.objects.filter(
                child__kind=TerritoryKind.COMMUNE, parent__kind=TerritoryKind.EPCI, valid_to=None
            ).values_list("child__code", "parent__code")
        )
        self.centralities = self.lake.zoning("centralite")

    def read(self, plan: Plan) -> Readings:
        """Read what one plan needs."""
        pool = plan.design.comparables
        return Readings(
            entries={code: self._entries(code) for code in plan.design.programmes},
            series=self._snapshots(plan.reads),
            centralities=self.centralities,
            epcis=self.epcis,
            measures=self._measures(pool.period) if pool else None,
        )

    def missing_figures(self, plan: Plan) -> list[tuple[str, int]]:
        """List each (indicator, period) of a plan that the lake does not hold yet, in order."""
        held = {code: set(self.lake.periods(code)) for code in {code for code, _ in plan.reads}}
        return sorted((code, period) for code, period in plan.reads if period not in held[code])

    def missing_lists(self, plan: Plan) -> list[str]:
        """List the programmes of a plan of which the register holds no intervention."""
        return [code for code in plan.design.programmes if not self._entries(code)]

    def imported_at(self, card: IndicatorCard, period: int) -> datetime | None:
        """Say when a period of an indicator was imported; None when it has not been."""
        if period not in self.lake.periods(card.code):
            return None
        imports = SourceImport.objects.filter(slug=card.source_slug)
        return imports.values_list("imported_at", flat=True).first()

    def _measure(self, until: int) -> Measures | None:
        """Measure the communes as of a year; nothing after it is read."""
        kind = str(TerritoryKind.COMMUNE)
        return measure(self.lake, (), kinds=(kind,), until=until).get(kind)

    def _snapshots(
        self, wanted: Iterable[tuple[str, int]]
    ) -> Mapping[tuple[str, int], Mapping[str, float]]:
        grain = TerritoryKind.COMMUNE
        return {(code, period): self.lake.snapshot(code, grain, period) for code, period in wanted}


def _entries(programme: str) -> Mapping[str, date | None]:
    return {row.code: row.entered_on for row in cohort(programme)}
