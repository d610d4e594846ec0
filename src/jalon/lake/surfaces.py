"""Surfaces of territories, measured on their outlines."""

from .parquetfile import connect_spatial
from .queries import LakeReader

_KM2 = 1e6


def measure_surfaces(lake: LakeReader, kind: str) -> dict[str, float]:
    """Measure the surface of every territory of a kind on the ellipsoid.

    Parameters
    ----------
    lake
        Where the outlines are.
    kind
        Kind of territory, as in the outlines ("COMMUNE").

    Returns
    -------
    dict of str to float
        Square kilometres by code; a territory without outline has no key. Outlines have three
        decimals of a degree (100 m): the surface of a small commune is known to a few percent.
    """
    files = lake.paths("outlines")
    if not files:
        return {}
    query = """
        SELECT code, ST_Area_Spheroid(ST_FlipCoordinates(ST_GeomFromGeoJSON(geometry))) / ?
        FROM read_parquet(?) WHERE kind = ?
    """
    with connect_spatial() as connection:
        rows = connection.execute(query, [_KM2, files, kind]).fetchall()
    return {code: surface for code, surface in rows if surface}
