"""The archives of tiles (PMTiles), served by pieces as the map asks for them."""

import re
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jalon.portal.lake_access import current_lake

_RANGE = re.compile(r"bytes=([0-9]{1,15})-([0-9]{1,15})$")
_MEDIA_TYPE = "application/vnd.pmtiles"
_LARGEST_PIECE = 4 * 1024 * 1024


@require_safe
def tiles(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer the piece of an archive that `Range` asks for, or the whole file without it."""
    path = _archive(name)
    stat = path.stat()
    etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    unchanged = get_conditional_response(request, etag=etag)
    response: HttpResponseBase = unchanged or _piece(request, path, stat.st_size)
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "public, max-age=300"
    response["Content-Encoding"] = "identity"  # a compressed piece would not be the piece asked
    return response


def _archive(name: str) -> Path:
    path = current_lake().tiles() if name == "territoires" else None
    if path is None:
        raise Http404(_("Aucun fond de carte : lancer « jalon ingest »."))
    return path


def _piece(request: HttpRequest, path: Path, size: int) -> HttpResponseBase:
    asked = _RANGE.match(request.headers.get("Range", ""))
    if asked is None:
        return FileResponse(path.open("rb"), content_type=_MEDIA_TYPE)
    first = int(asked[1])
    last = min(int(asked[2]), size - 1, first + _LARGEST_PIECE - 1)
    if first > last:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    with path.open("rb") as file:
        file.seek(first)
        response = HttpResponse(file.read(last - first + 1), status=206, content_type=_MEDIA_TYPE)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response
