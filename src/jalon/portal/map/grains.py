"""The grains of the map: whose territories they are, what they are called, and where they lie."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jalon.portal.api.geo.catalogue import Collection
from jalon.portal.api.geo.register import current_catalogue
from jalon.territories.enums import TerritoryKind

AUTO = "automatique"  # départements from afar, communes when one comes near
COMMUNES_FROM_ZOOM = 7
_DISTRICT = "arrondissement-municipal"


@dataclass(frozen=True)
class Grain:
    """One grain: `code` in the address, `layer` in the tiles, `parent_key` in a commune's record.

    `widest` is the radius of its largest circle, in pixels.
    """

    code: str
    kind: TerritoryKind
    layer: str
    parent_key: str
    one: Promise
    title: Promise
    widest: int

    @property
    def collection(self) -> Collection:
        """Give the territories of today at this grain (and the arrondissements municipaux)."""
        return current_catalogue().collections[self.layer]

    @property
    def n_expected(self) -> int:
        """Count the territories that a complete indicator would describe."""
        records = self.collection.records
        return sum(1 for r in records if r.get("zone") != "com" and r.get("type") != _DISTRICT)


GRAINS = {
    grain.code: grain
    for grain in (
        Grain("region", TerritoryKind.REGION, "regions", "codeRegion",
              _("région"), _("Par région"), 40),
        Grain("departement", TerritoryKind.DEPARTEMENT, "departements", "codeDepartement",
              _("département"), _("Par département"), 28),
        Grain("epci", TerritoryKind.EPCI, "epcis", "codeEpci",
              _("intercommunalité"), _("Par intercommunalité"), 44),
        Grain("commune", TerritoryKind.COMMUNE, "communes", "code",
              _("commune"), _("Par commune"), 56),
    )
}  # fmt: skip


def grains_shown(asked: str, offered: tuple[str, ...]) -> tuple[str, ...]:
    """List what the map shows, from afar to near: one grain, or départements then communes.

    An indicator given at neither of these is shown at the first grain that it has.
    """
    wanted = ("departement", "commune") if asked in {AUTO, "commune"} else (asked,)
    shown = tuple(grain for grain in wanted if grain in offered)
    return shown or (offered[:1] if asked == AUTO else ())
