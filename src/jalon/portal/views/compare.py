"""The page that puts territories side by side, its file and its document."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jalon.core.layout import breadcrumb
from jalon.core.views import chart_export
from jalon.portal import comparison, comparison_files
from jalon.portal.lookalikes import lookalikes_of
from jalon.portal.views.search import asked, describe_all
from jalon.territories import services as territories

_SUGGESTIONS = 8


def compare(request: HttpRequest) -> HttpResponse:
    """Show up to five territories side by side; `avec` adds those that resemble one the most."""
    if with_lookalikes := request.GET.get("avec"):
        return redirect(comparison.address_of(_with_lookalikes(with_lookalikes)))
    choice = comparison.choose(request.GET.getlist("territoire"))
    found = comparison.compare(choice) if choice.places else None
    if (export := chart_export(request, found.charts if found else [])) is not None:
        return export
    query = asked(request)
    candidates = territories.search(query, limit=_SUGGESTIONS) if query else []
    described = describe_all(candidates)
    context = {
        "breadcrumb_data": breadcrumb(_("Comparer"), (_("Territoires"), reverse("portal:search"))),
        "choice": choice,
        "comparison": found,
        "chosen": [
            (
                place,
                comparison.address_of([k for k in choice.keys if k != comparison.key_of(place)]),
            )
            for place in choice.places
        ],
        "query": query,
        "candidates": [
            (
                one,
                described[one.pk],
                comparison.address_of([*choice.keys, comparison.key_of(one)]),
            )
            for one in candidates
        ],
        "address_to_add": _address_to_add(choice),
        "most": comparison.MOST,
    }
    return render(request, "portal/compare.html", context)


def compare_csv(request: HttpRequest) -> HttpResponse:
    """Export the figures and programmes of a comparison, one line each."""
    choice = comparison.choose(request.GET.getlist("territoire"))
    content = comparison_files.as_csv(comparison.compare(choice))
    return _download(content.encode(), "text/csv; charset=utf-8", "comparaison.csv")


def compare_pdf(request: HttpRequest) -> HttpResponseBase:
    """Give the comparison as an accessible document."""
    choice = comparison.choose(request.GET.getlist("territoire"))
    if not choice.places:
        return redirect(comparison.address_of([]))
    address = request.build_absolute_uri(comparison.address_of(choice.keys))
    content = comparison_files.as_pdf(comparison.compare(choice), address)
    return _download(content, "application/pdf", "comparaison.pdf")


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _address_to_add(choice: comparison.Choice) -> str:
    """Write the address to which the key of one more territory is to be added."""
    start = comparison.address_of(choice.keys)
    return f"{start}{'&' if choice.keys else '?'}territoire="


def _with_lookalikes(key: str) -> list[str]:
    """Name a territory and the four that resemble it the most."""
    choice = comparison.choose([key])
    if not choice.places:
        return [key]
    (place,) = choice.places
    alike = lookalikes_of(place)
    nearest = [one for one, _why in alike.places] if alike else []
    return [comparison.key_of(one) for one in (place, *nearest[: comparison.MOST - 1])]
