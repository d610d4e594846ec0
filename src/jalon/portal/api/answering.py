"""What every answer of the API carries: vintage, ETag, Cache-Control, open access, HEAD."""

import gzip
import hashlib
import re
from collections.abc import Callable
from importlib.metadata import version
from typing import TypeVar

from csp.constants import HEADER as CONTENT_SECURITY_POLICY
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from .problems import problem

JSON = "application/json; charset=utf-8"
# A figure changes at an ingest; five minutes is how long a reader may see the former one.
CACHE_CONTROL = "public, max-age=300, stale-while-revalidate=86400"
_Answer = TypeVar("_Answer", bound=HttpResponseBase)
_READING = ("GET", "HEAD")
_VERSION = version("jalon")
# Nothing of an answer may be run, should a browser be led to show it as a page.
_POLICY = "default-src 'none'; frame-ancestors 'none'"
_ACCEPTS_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))")


def answer(
    request: HttpRequest,
    *,
    vintage: str,
    is_simulated: bool,
    write: Callable[[], _Answer],
) -> _Answer | HttpResponse:
    """Answer a read, or 304 without doing the work when the caller already holds the answer.

    Parameters
    ----------
    request
        The request: its address and query are part of the ETag.
    vintage
        What the answer depends on beside the address (imports, publications, hour of a run).
    is_simulated
        Whether the register holds the simulated scenario: said in a header, lists being bare.
    write
        Makes the answer.
    """
    digest = hashlib.sha256(f"{_VERSION}|{vintage}|{request.get_full_path()}".encode())
    etag = f'W/"{digest.hexdigest()[:24]}"'  # weak: one for all encodings
    response: _Answer | HttpResponse = get_conditional_response(request, etag=etag) or write()
    if response.status_code in {200, 304}:
        response["ETag"] = etag
        response["Cache-Control"] = CACHE_CONTROL
    response["Jalon-Millesime"] = vintage.encode("ascii", "replace").decode()
    if is_simulated:
        response["Jalon-Donnees-Simulees"] = "oui"
    return response


def accepts_gzip(request: HttpRequest) -> bool:
    """Say whether the caller reads gzip."""
    return bool(_ACCEPTS_GZIP.search(request.META.get("HTTP_ACCEPT_ENCODING", "")))


def compress(body: bytes) -> bytes:
    """Compress a body; the same bytes again give the same bytes."""
    return gzip.compress(body, compresslevel=6, mtime=0)


def public_read(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Open a view to any site (CORS), to HEAD, and to nothing that writes."""

    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "OPTIONS":
            response: HttpResponseBase = HttpResponse(status=204)
        elif request.method not in _READING:
            response = problem(405, _("Cette API se lit seulement : employer GET."))
        else:
            is_head = request.method == "HEAD"
            request.method = "GET"
            response = view(request, *args, **kwargs)
            if is_head:
                request.method = "HEAD"
                response = _without_body(response)
        if response.status_code in {204, 405}:
            response["Allow"] = "GET, HEAD, OPTIONS"
        response[CONTENT_SECURITY_POLICY] = _POLICY
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = (
            "ETag, Link, X-Total-Count, Content-Range, Jalon-Millesime, Jalon-Donnees-Simulees"
        )
        return response

    return guarded


def _without_body(response: HttpResponseBase) -> HttpResponse:
    if isinstance(response, HttpResponse):
        length = len(response.content)
        response.content = b""
        response["Content-Length"] = str(length)
        return response
    response.close()  # nothing of a stream is read
    return HttpResponse(status=response.status_code, headers=response.headers)
