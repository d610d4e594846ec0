"""What every request and answer goes through: addresses, simulated files, policy."""

from collections.abc import Callable

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponseBase

from jalon.core.models import SourceImport

Handler = Callable[[HttpRequest], HttpResponseBase]
_NUL = "\x00"
_ENCODED_NUL = "%00"
_NO_SIGN = "\N{REPLACEMENT CHARACTER}"
SIMULATED_PREFIX = "donnees-simulees-"


def without_nul(handle: Handler) -> Handler:
    """Read an address without its NUL characters, on which PostgreSQL fails.

    In a path another sign takes their place, so that the page or the API answers that it knows no
    such thing; in a query they are dropped.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if _NUL in request.path:
            request.path = request.path.replace(_NUL, _NO_SIGN)
            request.path_info = request.path_info.replace(_NUL, _NO_SIGN)
        query = request.META.get("QUERY_STRING", "")
        request.META["QUERY_STRING"] = query.replace(_ENCODED_NUL, "")
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
