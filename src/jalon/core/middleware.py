"""What every request and answer goes through: hostile addresses, simulated files, policy."""

import json
from collections.abc import Callable

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
)
from django.utils.translation import gettext as _

from jalon.core.models import SourceImport

Handler = Callable[[HttpRequest], HttpResponseBase]
_NUL = "\x00"
_ENCODED_NUL = "%00"
_API = "/api/"
SIMULATED_PREFIX = "donnees-simulees-"


def _problem(detail: str) -> HttpResponse:
    """Refuse in the words of the API (RFC 9457)."""
    title = _("Demande mal formée")
    content = {"type": "about:blank", "title": title, "status": 400, "detail": detail}
    text = json.dumps(content, ensure_ascii=False)
    return HttpResponse(text, status=400, content_type="application/problem+json; charset=utf-8")


def refuse_nul(handle: Handler) -> Handler:
    """Refuse an address that holds a NUL character: no text of the register may, on PostgreSQL."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if _NUL in request.path:
            raise Http404(_("Aucune page n’a un caractère nul dans son adresse."))
        if _ENCODED_NUL in request.META.get("QUERY_STRING", ""):
            message = _("Demande refusée : elle contient un caractère nul.")
            if request.path.startswith(_API):
                return _problem(message)
            return HttpResponseBadRequest(message, content_type="text/plain; charset=utf-8")
        return handle(request)

    return middleware


def mark_simulated_files(handle: Handler) -> Handler:
    """Say in the name of every downloaded file that its data are simulated, when they are."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = handle(request)
        disposition = response.get("Content-Disposition", "")
        if disposition.startswith("attachment") and SourceImport.objects.are_simulated():
            marked = disposition.replace('filename="', f'filename="{SIMULATED_PREFIX}', 1)
            response["Content-Disposition"] = marked
            response["Jalon-Donnees-Simulees"] = "oui"
        return response

    return middleware


class ContentSecurityPolicy(CSPMiddleware):
    """Give pages their policy; an answer that brings its own, as those of the API do, keeps it.

    Building the policy of a page in vain took a fifth of the time of an answer of the API.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Add the policy where there is none."""
        return response if HEADER in response else super().process_response(request, response)
