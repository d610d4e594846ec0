"""Who resembles a territory, in what, and by which criteria: the reader may change them."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jalon.core import french
from jalon.core.layout import breadcrumb
from jalon.indicators.comparables import (
    BY_CODE,
    EQUAL_WEIGHTS,
    VARIABLES,
    UnknownVariableError,
    Variable,
    check_weights,
)
from jalon.portal.lookalikes import Lookalikes, lookalikes_of, years_compared
from jalon.territories.services import UnknownTerritoryError, resolve_code

_CHOICES = (0.0, 1.0, 2.0, 3.0)


def comparables(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """List the twenty territories that resemble one the most, with the reasons."""
    try:
        found = resolve_code(code, kind)
    except UnknownTerritoryError as error:
        raise Http404(str(error)) from None
    if found.code != code.upper():
        return redirect("portal:comparables", found.kind.lower(), found.code)
    problem = ""
    try:
        weights = _weights(request)
    except UnknownVariableError as error:
        weights, problem = dict(EQUAL_WEIGHTS), str(error)
    is_default = weights == EQUAL_WEIGHTS
    alike = lookalikes_of(found, weights=None if is_default else weights)
    address = found.get_absolute_url()
    context = {
        "breadcrumb_data": breadcrumb(
            _("Comparables"), (_("Territoires"), reverse("portal:search")), (found.name, address)
        ),
        "territory": found,
        "alike": alike,
        "problem": problem,
        "is_default": is_default,
        "criteria": [_criterion(variable, weights, alike) for variable in VARIABLES],
        "years": years_compared(),
        "unknown": [BY_CODE[c].label for c in alike.comparison.unknown] if alike else [],
        "api": f"/api/v1{address.rstrip('/')}/comparables?{_as_api(weights)}",
    }
    return render(request, "portal/comparables.html", context)


def _weights(request: HttpRequest) -> dict[str, float]:
    """Read the weights of the form; without any, all count the same."""
    if not any(code in request.GET for code in BY_CODE):
        return dict(EQUAL_WEIGHTS)
    weights = {}
    for code in BY_CODE:
        try:
            weights[code] = float(request.GET.get(code, "0").replace(",", "."))
        except ValueError:
            message = _("Un poids est un nombre.")
            raise UnknownVariableError(message) from None
    return check_weights(weights)


def _as_api(weights: Mapping[str, float]) -> str:
    return urlencode({"variables": ",".join(f"{c}:{w:g}" for c, w in weights.items())}, safe=":,")


def _criterion(
    variable: Variable, weights: Mapping[str, float], alike: Lookalikes | None
) -> dict[str, object]:
    """Describe a variable: its weight, the choices, and its figure here."""
    words = {0.0: _("ne compte pas"), 1.0: _("compte"), 2.0: _("compte double"), 3.0: _("triple")}
    weight = weights.get(variable.code, 0.0)
    choices = sorted({*_CHOICES, weight})
    figure = alike.comparison.figures.get(variable.code) if alike else None
    return {
        "variable": variable,
        "choices": [
            (f"{value:g}", words.get(value, french.number(value)), value == weight)
            for value in choices
        ],
        "figure": ""
        if variable.classes or figure is None
        else f"{french.number(figure, variable.decimals)} {variable.unit}",
    }
