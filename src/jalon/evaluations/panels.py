"""The panels that answered the plans, kept as compressed CSV under their fingerprint."""

import gzip
import os
import tempfile
from pathlib import Path

from django.conf import settings

from .samples import fingerprint


def panel_path(data_sha256: str) -> Path:
    """Give the file where the panel of this fingerprint is kept (it may not exist)."""
    return Path(settings.JALON_HOME) / "evaluations" / f"{data_sha256}.csv.gz"


def keep_panel(csv: bytes) -> str:
    """Keep a panel and give its fingerprint; an interrupted writing leaves nothing behind."""
    data_sha256 = fingerprint(csv)
    path = panel_path(data_sha256)
    if path.exists():
        return data_sha256
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(gzip.compress(csv, compresslevel=5, mtime=0))
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)
    return data_sha256
