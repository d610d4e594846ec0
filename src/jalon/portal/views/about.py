"""Pages about the site itself: accessibility statement, legal notice."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from jalon.core.layout import breadcrumb


def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how far the site conforms to the RGAA and what to do when it does not."""
    context = {"breadcrumb_data": breadcrumb(_("Accessibilité"))}
    return render(request, "portal/accessibility.html", context)


def legal(request: HttpRequest) -> HttpResponse:
    """Say who publishes, under which licences, and what is kept of a visit."""
    context = {"breadcrumb_data": breadcrumb(_("Mentions légales"))}
    return render(request, "portal/legal.html", context)
