"""Tags of layout: main menu, badges, definitions (`{% load layout %}`)."""

from dataclasses import dataclass

from django import template
from django.template import Context
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()


@dataclass(frozen=True)
class Entry:
    """One entry of the main menu: the public addresses of DESIGN.md §6."""

    path: str
    label: Promise


MENU = (
    Entry("/recherche/", _("Territoires")),
    Entry("/programmes/", _("Programmes")),
    Entry("/carte/", _("Carte")),
    Entry("/evaluations/", _("Évaluations")),
    Entry("/indicateurs/", _("Indicateurs")),
    Entry("/donnees/", _("Données")),
)
# Pages that belong to an entry without standing under its address.
_BELONGS = {"/territoires/": "/recherche/", "/comparer/": "/recherche/"}


@register.inclusion_tag("core/_main_menu.html", takes_context=True)
def main_menu(context: Context) -> dict[str, object]:
    """List the sections of the site and say which one the reader is in."""
    request = context.get("request")
    path = request.path if request else ""
    for prefix, section in _BELONGS.items():
        if path.startswith(prefix):
            path = section
    return {"entries": [(entry, path.startswith(entry.path)) for entry in MENU]}


# Each verdict keeps its words; the colour only repeats them.
_VERDICT_CLASSES = {
    "FAVOURABLE": "fr-badge--green-emeraude",
    "UNFAVOURABLE": "fr-badge--orange-terre-battue",
    "NOT_DETECTED": "fr-badge--blue-cumulus",
    "INCONCLUSIVE": "jalon-badge--grey",
    "NOT_EVALUABLE": "jalon-badge--outlined",
}


@register.inclusion_tag("core/_verdict_badge.html")
def verdict_badge(verdict: str, label: str, size: str = "") -> dict[str, str]:
    """Show a verdict: its stored code, its French words, `sm` for a small badge."""
    return {
        "label": label,
        "classes": f"{_VERDICT_CLASSES[verdict]}{' fr-badge--sm' if size == 'sm' else ''}",
    }
