"""Map tiles of France, built by tippecanoe from the outlines of the territories."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from .centres import centre_of
from .errors import TilesError
from .reading import Outline

# Layer and first zoom: a tile of communes below z7 is too heavy, larger territories stand there.
_LAYERS = {
    "REGION": ("regions", 0),
    "DEPARTEMENT": ("departements", 0),
    "EPCI": ("epcis", 0),
    "COMMUNE": ("communes", 7),
}
_CENTRES = "_centres"  # after the name of a layer: one point a territory, for its circle
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

    Each kind has a layer of outlines and one of points (`communes`, `communes_centres`). Features
    bear `code` (for promoteId) and `nom`.

    Raises
    ------
    TilesError
        When tippecanoe is absent or fails; the message is its own.
    """
    layers = [name for layer, _ in _LAYERS.values() for name in (layer, layer + _CENTRES)]
    files = {layer: folder / f"{layer}.ndjson" for layer in layers}
    with ExitStack() as opened:
        streams = {
            layer: opened.enter_context(path.open("w", encoding="utf-8"))
            for layer, path in files.items()
        }
        for outline in outlines:
            if outline.kind in _LAYERS:
                layer, _ = _LAYERS[outline.kind]
                streams[layer].write(_feature(outline, outline.geometry))
                streams[layer + _CENTRES].write(_feature(outline, _centre(outline)))
    target = folder / "france.pmtiles"
    command = [
        find_tippecanoe(),
        *("--output", str(target), "--force", "--quiet", "--temporary-directory", str(folder)),
        *("--minimum-zoom", "0", "--maximum-zoom", str(_LAST_ZOOM)),
        *("--detect-shared-borders", "--no-feature-limit", "--no-tile-size-limit"),
        *("--simplification", "4", "--buffer", "4", "--drop-rate", "1"),  # no point is dropped
    ]
    for layer, path in files.items():
        if path.stat().st_size:
            command += ["--named-layer", json.dumps({"file": str(path), "layer": layer})]
    done = subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    if done.returncode != 0:
        raise TilesError(f"tippecanoe a échoué : {done.stderr.strip()[-500:]}")
    return target


def _feature(outline: Outline, geometry: str) -> str:
    """Write one line of GeoJSON; its text of geometry is used as it is."""
    _, first = _LAYERS[outline.kind]
    head = json.dumps(
        {
            "type": "Feature",
            "tippecanoe": {"minzoom": first, "maxzoom": _LAST_ZOOM},
            "properties": {"code": outline.code, "nom": outline.name},
        },
        ensure_ascii=False,
    )
    return f'{head[:-1]}, "geometry": {geometry}}}\n'


def _centre(outline: Outline) -> str:
    return json.dumps({"type": "Point", "coordinates": centre_of(json.loads(outline.geometry))})
