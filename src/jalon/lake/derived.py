"""What a derived product is: something computed from several sources, kept until one changes."""

import hashlib
import json
from dataclasses import dataclass

from .manifest import Manifest

_TERRITORIES = "territoires"


@dataclass(frozen=True)
class Derived:
    """One product computed at ingest from files that several sources brought.

    It cannot belong to one of them: it is stale as soon as any changes. `needs` are the uses of
    files without which it makes no sense, `takes` those it does without when they are absent.
    `method` changes whenever the same files would give another answer.
    """

    slug: str
    title: str
    method: str
    needs: tuple[str, ...]
    takes: tuple[str, ...] = ()

    def missing(self, manifest: Manifest) -> list[str]:
        """List the uses that are needed and absent."""
        return [use for use in self.needs if not manifest.files_of(use)]

    def inputs(self, manifest: Manifest) -> str:
        """Give the print of what it is made from: files (named by content), territories, method."""
        territories = manifest.sources.get(_TERRITORIES)
        content = [
            self.method,
            territories.inputs if territories else "",
            [sorted(manifest.files_of(use)) for use in (*self.needs, *self.takes)],
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()
