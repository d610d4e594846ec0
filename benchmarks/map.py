"""What the map asks a served site for: the values of each grain, a page, and tiles."""

import gzip
import random
import struct
from collections.abc import Iterator
from functools import partial

import httpx

from benchmarks.rows import US, Row, percentiles, timed

GRAINS = ("region", "departement", "epci", "commune")
YEARS = range(2014, 2025)
REPEATS = 5
N_TILES = 400
TILES = "/tuiles/territoires.pmtiles"
_HEADER = 127


def measure(client: httpx.Client) -> Iterator[Row]:
    """Measure the values of each grain, the page without a script, the overlaps, and tiles."""
    for grain in GRAINS:
        for method in ("quantiles", "naturels"):
            path = f"/carte/valeurs/?indicateur=emploi-prive&maille={grain}&methode={method}&annee="
            paths = [f"{path}{year}" for year in YEARS]
            first = [timed(partial(fetch, client, one)) for one in paths]
            again = [timed(partial(fetch, client, one)) for one in paths * REPEATS]
            what = f"choropleth: {grain}, {method}"
            yield Row(what=what, who=US, **percentiles(again), note="HTTP on loopback")
            yield Row(what=f"{what}, first time", who=US, **percentiles(first))
    pages = {
        "page of the map": "/carte/?indicateur=emploi-prive&annee={year}",
        "page of the map, table of communes": "/carte/?maille=commune&tri=nom&page={year}",
        "overlaps of every programme, communes": "/carte/valeurs/?couche=recouvrements"
        "&maille=commune&classes=5&annee={year}",
    }
    for what, path in pages.items():
        paths = [path.format(year=year) for year in YEARS]
        fetch(client, paths[0])
        seconds = [timed(partial(fetch, client, one)) for one in paths * REPEATS]
        yield Row(what=what, who=US, **percentiles(seconds), note="HTTP on loopback, warm")
    yield tiles(client)


def tiles(client: httpx.Client) -> Row:
    """Ask for tiles drawn at random among all those of the archive, large and small."""
    places = sorted(tile_places(client))
    chosen = random.Random(2026).sample(places, min(N_TILES, len(places)))  # noqa: S311  (which)
    seconds = [timed(partial(piece, client, first, length)) for first, length in chosen]
    largest = max(length for _first, length in chosen)
    note = f"HTTP on loopback, {len(chosen)} tiles of {len(places)}, up to {largest // 1024} kB"
    return Row(what="tile of the map", who=US, **percentiles(seconds), note=note)


def tile_places(client: httpx.Client) -> set[tuple[int, int]]:
    """List where each tile is in the archive: first byte and length.

    Source: PMTiles specification, version 3: header of 127 bytes, directories of varints.
    """
    header = piece(client, 0, _HEADER)
    root, root_length, _, _, leaves, _, data, _ = struct.unpack("<8Q", header[8:72])
    places = set()
    waiting = [(root, root_length)]
    while waiting:
        for length, offset, run in entries(gzip.decompress(piece(client, *waiting.pop()))):
            if run:
                places.add((data + offset, length))
            else:
                waiting.append((leaves + offset, length))
    return places


def entries(directory: bytes) -> Iterator[tuple[int, int, int]]:
    """Read a directory: length, offset and run length (0 for another directory) of each entry."""
    numbers = varints(directory)
    count = next(numbers)
    _ids = [next(numbers) for _ in range(count)]
    runs = [next(numbers) for _ in range(count)]
    lengths = [next(numbers) for _ in range(count)]
    offset = 0
    for place in range(count):
        said = next(numbers)
        offset = said - 1 if said else offset + lengths[place - 1]
        yield lengths[place], offset, runs[place]


def varints(content: bytes) -> Iterator[int]:
    """Read whole numbers written seven bits a byte, the lowest first."""
    value = shift = 0
    for byte in content:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield value
            value = shift = 0


def piece(client: httpx.Client, first: int, length: int) -> bytes:
    """Ask for a piece of the archive, as the map does."""
    asked = {"Range": f"bytes={first}-{first + length - 1}"}
    return client.get(TILES, headers=asked).raise_for_status().content


def fetch(client: httpx.Client, path: str) -> object:
    """Get one path, whole."""
    return client.get(path).raise_for_status()
