"""The last answers written, kept in memory and compressed once for all their readers."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

_OVERHEAD = 500  # bytes that an entry costs beside its body


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """One answer: its body, as it is sent, and the number of things found."""

    body: bytes
    total: int


class KeptAnswers:
    """Answers by key, up to so many bytes in all; the one asked for longest ago leaves first.

    The key must name everything that the answer depends on, the vintage first.

    Parameters
    ----------
    most_bytes
        Of all the answers kept; one that is larger than an eighth of it is not kept.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, KeptAnswer] = OrderedDict()
        self.n_bytes = 0

    def get(self, key: Hashable, write: Callable[[], KeptAnswer]) -> KeptAnswer:
        """Give the answer kept under a key, or write it and keep it."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        # Written outside of the lock: two readers may write the same one, and neither waits.
        written = write()
        size = _size(written)
        if size * 8 <= self._most:
            with self._lock:
                if self._kept.setdefault(key, written) is written:
                    self.n_bytes += size
                while self.n_bytes > self._most:
                    self.n_bytes -= _size(self._kept.popitem(last=False)[1])
        return written


def _size(answer: KeptAnswer) -> int:
    return len(answer.body) + _OVERHEAD
