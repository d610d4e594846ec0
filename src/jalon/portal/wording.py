"""Words of the portal that change with a number."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jalon.territories.enums import TerritoryKind

_PLURALS = {
    TerritoryKind.COMMUNE_DELEGUEE: gettext_lazy("communes déléguées"),
    TerritoryKind.ARRONDISSEMENT_MUNICIPAL: gettext_lazy("arrondissements municipaux"),
    TerritoryKind.COMMUNE: gettext_lazy("communes"),
    TerritoryKind.EPCI: gettext_lazy("intercommunalités"),
    TerritoryKind.GROUPEMENT: gettext_lazy("autres groupements"),
    TerritoryKind.DEPARTEMENT: gettext_lazy("départements"),
    TerritoryKind.REGION: gettext_lazy("régions"),
    TerritoryKind.COLLECTIVITE_OUTRE_MER: gettext_lazy("collectivités d’outre-mer"),
    TerritoryKind.FRANCE: gettext_lazy("France"),
}


def kind_label(kind: TerritoryKind, count: int) -> str:
    """Name a kind of territory in the singular or the plural (French: zero is singular)."""
    return str(_PLURALS[kind] if count > 1 else kind.label)


def in_departements(count: int) -> str:
    """Say in how many départements something is present."""
    if count > 1:
        return _("Présent dans %(n)d départements") % {"n": count}
    return _("Présent dans un seul département")
