"""Map tiles of France, built by tippecanoe from the outlines of the territories."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from .errors import TilesError
from .reading import Outline

# Layer, first and last zoom: a tile of communes below z7 is too heavy, départements stand there.
_LAYERS = {
    "REGION": ("regions", 0, 6),
    "DEPARTEMENT": ("departements", 0, 10),
    "EPCI": ("epcis", 5, 10),
    "COMMUNE": ("communes", 7, 10),
}
_LAST_ZOOM = 10
_SECONDS = 300


def find_tippecanoe() -> str:
    """Give the path of tippecanoe, installed beside this Python.

    Raises
    ------
    TilesError
        When it is not installed.
    """
    found = shutil.which("tippecanoe", path=str(Path(sys.executable).parent)) or shutil.which(
        "tippecanoe"
    )
    if found is None:
        raise TilesError("tippecanoe est absent : l’installer avec « uv sync ».")
    return found


def build_tiles(outlines: Iterable[Outline], folder: Path) -> Path:
    """Build one PMTiles of every layer in a folder, and give its path.

    Features bear `code` (for promoteId) and `nom`.

    Raises
    ------
    TilesError
        When tippecanoe is absent or fails; the message is its own.
    """
    files = {kind: folder / f"{layer}.ndjson" for kind, (layer, *_) in _LAYERS.items()}
    streams = {kind: path.open("w", encoding="utf-8") for kind, path in files.items()}
    try:
        for outline in outlines:
            if outline.kind in streams:
                streams[outline.kind].write(_feature(outline))
    finally:
        for stream in streams.values():
            stream.close()
    target = folder / "france.pmtiles"
    command = [
        find_tippecanoe(),
        *("--output", str(target), "--force", "--quiet", "--temporary-directory", str(folder)),
        *("--minimum-zoom", "0", "--maximum-zoom", str(_LAST_ZOOM)),
        *("--detect-shared-borders", "--no-feature-limit", "--no-tile-size-limit"),
        *("--simplification", "4", "--buffer", "4"),
    ]
    for kind, path in files.items():
        if path.stat().st_size:
            command += ["--named-layer", json.dumps({"file": str(path), "layer": _LAYERS[kind][0]})]
    done = subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    if done.returncode != 0:
        raise TilesError(f"tippecanoe a échoué : {done.stderr.strip()[-500:]}")
    return target


def _feature(outline: Outline) -> str:
    """Write one line of GeoJSON; its text of geometry is used as it is."""
    _, first, last = _LAYERS[outline.kind]
    head = json.dumps(
        {
            "type": "Feature",
            "tippecanoe": {"minzoom": first, "maxzoom": last},
            "properties": {"code": outline.code, "nom": outline.name},
        },
        ensure_ascii=False,
    )
    return f'{head[:-1]}, "geometry": {outline.geometry}}}\n'
