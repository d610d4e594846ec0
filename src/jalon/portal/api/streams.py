"""Answers sent as they are read: large lists, and files with their pieces (`Range`)."""

import re
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from .problems import ProblemError

# A thread of the server is held while a stream is read, by a reader who may be slow: others must
# find one free (`jalon serve` has 32).
MOST_STREAMS = 12
_turn = threading.Lock()
_places = threading.BoundedSemaphore(MOST_STREAMS)
_CHUNK = 256 * 1024
_AT_ONCE = 1024 * 1024  # up to this many bytes, a piece is handed over whole and holds nothing
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})$")


class Stream:
    """Chunks to send, and the place they hold until they are sent or the reader is gone.

    Parameters
    ----------
    chunks
        What is sent, as it is made.
    file
        What they are read from, closed with the answer.

    Raises
    ------
    ProblemError
        503 when every place is taken.
    """

    def __init__(self, chunks: Iterable[bytes], file: IO[bytes] | None = None) -> None:
        self._file = file
        if not _places.acquire(blocking=False):
            self._close_file()
            raise ProblemError(
                503,
                _(
                    "Trop de grandes réponses sont en cours d’envoi : "
                    "recommencer dans quelques secondes."
                ),
            )
        self._chunks = iter(chunks)
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        """Give the chunks; one is made at a time, whatever the number of streams.

        Else eight streams that begin together take eight ninths of the processor from the pages.
        """
        while True:
            with _turn:
                chunk = next(self._chunks, None)
            if chunk is None:
                return
            yield chunk

    def close(self) -> None:
        """Give the place back, once."""
        if self._is_open:
            self._is_open = False
            _places.release()
            self._close_file()

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()


def as_stream(
    chunks: Iterable[bytes], media_type: str, name: str, file: IO[bytes] | None = None
) -> StreamingHttpResponse:
    """Answer chunks as they are made, to be saved under a name."""
    response = StreamingHttpResponse(Stream(chunks, file), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def as_file(
    request: HttpRequest, path: Path, *, media_type: str, name: str, etag: str
) -> HttpResponseBase:
    """Answer a file, or the piece of it that `Range` asks for; 304 when the caller holds it.

    Parameters
    ----------
    etag
        Names this very content; quotes apart.
    """
    quoted = f'"{etag}"'
    response = get_conditional_response(request, etag=quoted) or _piece(
        path, _asked_range(request, quoted), media_type
    )
    response["ETag"] = quoted
    response["Accept-Ranges"] = "bytes"
    if response.status_code in {200, 206}:
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Content-Encoding"] = "identity"  # a compressed piece is not the piece asked
    return response


def _asked_range(request: HttpRequest, etag: str) -> re.Match[str] | None:
    """Read `Range`; without effect when `If-Range` names another content."""
    if request.headers.get("If-Range", etag) != etag:
        return None
    asked = _RANGE.match(request.headers.get("Range", ""))
    return asked if asked and any(asked.groups()) else None


def _piece(path: Path, asked: re.Match[str] | None, media_type: str) -> HttpResponseBase:
    size = path.stat().st_size
    first, last = (0, size - 1) if asked is None else _bounds(asked[1], asked[2], size)
    if first > last:
        response: HttpResponseBase = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    length = last - first + 1
    if length <= _AT_ONCE:
        with path.open("rb") as file:
            response = HttpResponse(b"".join(chunks_of(file, first, length)), media_type)
    else:
        file = path.open("rb")
        chunks = chunks_of(file, first, length)
        response = StreamingHttpResponse(Stream(chunks, file), content_type=media_type)
    response["Content-Length"] = str(length)
    if asked is not None:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(0, size - int(last)), size - 1 if int(last) else -1
    return int(first), min(int(last), size - 1) if last else size - 1


def chunks_of(file: IO[bytes], first: int, length: int) -> Iterator[bytes]:
    """Read a part of a file by small pieces."""
    file.seek(first)
    while length > 0 and (chunk := file.read(min(_CHUNK, length))):
        length -= len(chunk)
        yield chunk
