"""How far each commune is from the nearest France services open at the end of each year."""

from datetime import date

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from .aggregate import add_larger_territories, load_country
from .country import Country
from .csvfile import read_rows
from .fetch import FetchedSource
from .list_rows import FranceServicesRow
from .parquetfile import connect, open_parquet
from .reading import Observations, Reading
from .report import Severity, ValidationReport
from .series_cards import Rule
from .source import Source

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG
NEAR_KM = 20.0
_YEARS = range(2020, 2025)
_DISTANCE, _SHARE = "distance-france-services", "habitants-20-km-france-services"

Floats = NDArray[np.float64]


def distances_km(places: Floats, services: Floats) -> Floats:
    """Give the distance from each place to the nearest service, as the crow flies.

    Parameters
    ----------
    places, services
        Latitude and longitude in degrees, shapes (n, 2) and (m, 2), m at least 1.

    Returns
    -------
    ndarray of shape (n,)
        Kilometres along the great circle of a sphere (within 0.5 % of the ellipsoid).

    Notes
    -----
    The nearest along a straight chord is the nearest along the surface: the tree works on points
    of the unit sphere, so that overseas places need no projection of their own.
    """
    chords, _ = cKDTree(_on_sphere(services)).query(_on_sphere(places))
    arcs: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.clip(chords / 2, 0, 1))
    return arcs


def _on_sphere(degrees: Floats) -> Floats:
    latitude, longitude = np.radians(degrees).T
    flat = np.cos(latitude)
    return np.column_stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)])


def read_nearest(source: Source, fetched: FetchedSource, country: Country) -> Reading:
    """Compute both indicators from the list of places and the centres of communes.

    Raises
    ------
    SourceRefusedError
        When one of the files cannot be read, or has more rows in error than declared.
    """
    report = ValidationReport(source.slug)
    labelled, services = _read_services(fetched, report)
    report.check_share(source.max_rejected_share)
    connection = connect()
    load_country(connection, country)
    codes, centres = _read_centres(connection, fetched, country)
    report.check_total("communes", len(codes), source.rows_between)
    connection.execute(
        "CREATE TABLE observations (indicator TEXT, grain TEXT, code TEXT, period INTEGER, "
        "value DOUBLE, numerator DOUBLE, denominator DOUBLE, status TEXT)"
    )
    for year in _YEARS:
        is_open = labelled <= np.datetime64(date(year, 12, 31))
        if is_open.any():
            _add_year(connection, year, codes, distances_km(centres, services[is_open]))
    connection.execute("INSERT INTO rule VALUES (?, ?, 100)", [_DISTANCE, Rule.WEIGHTED_MEAN.value])
    add_larger_territories(connection, report)
    connection.execute(
        "DELETE FROM observations WHERE indicator = ? AND grain = 'COMMUNE'", [_SHARE]
    )
    ((n_rows,),) = connection.execute("SELECT count(*) FROM observations").fetchall()
    report.n_kept = len(services)
    return Reading(
        source, fetched, report, observations=Observations(connection, "observations", n_rows)
    )


def _read_services(
    fetched: FetchedSource, report: ValidationReport
) -> tuple[NDArray[np.datetime64], Floats]:
    """Give the day of label and the place of each service; one without coordinates is told."""
    days, places = [], []
    for line, row in read_rows(fetched.paths["lieux"], FranceServicesRow, report):
        if row.latitude is None or row.longitude is None or row.started_on is None:
            report.add(
                Severity.NOTE, "sans-coordonnees", "lieu sans coordonnées : non compté",
                row=line, column="latitude", value=row.name,
            )  # fmt: skip
            continue
        days.append(np.datetime64(row.started_on))
        places.append((row.latitude, row.longitude))
    return np.array(days, dtype="datetime64[D]"), np.array(places, dtype=float).reshape(-1, 2)


def _read_centres(
    connection: duckdb.DuckDBPyConnection, fetched: FetchedSource, country: Country
) -> tuple[NDArray[np.str_], Floats]:
    """Give code and centre of the communes of today that the file of contours knows.

    France services do not exist in the collectivités d'outre-mer: their communes are left out.
    """
    columns = ("code_commune", "centroid_lat", "centroid_lon")
    open_parquet(connection, fetched.paths["communes"], columns, ValidationReport("contours"))
    found = connection.execute(
        "SELECT code, centroid_lat AS latitude, centroid_lon AS longitude "
        "FROM file JOIN commune ON code = code_commune "
        "JOIN membership USING (code) WHERE membership.grain = 'DEPARTEMENT' "
        "AND centroid_lat IS NOT NULL AND centroid_lon IS NOT NULL ORDER BY code"
    ).fetchnumpy()
    return found["code"].astype("U5"), np.column_stack([found["latitude"], found["longitude"]])


def _add_year(
    connection: duckdb.DuckDBPyConnection, year: int, codes: NDArray[np.str_], km: Floats
) -> None:
    connection.register("measured", {"code": codes.astype(object), "km": km})
    connection.execute(
        """
        INSERT INTO observations
        SELECT $distance, 'COMMUNE', code, $year, km, NULL, NULL, NULL FROM measured
        UNION ALL
        SELECT $share, 'COMMUNE', code, $year, CASE WHEN km <= $near THEN 100 ELSE 0 END,
               CASE WHEN km <= $near THEN population ELSE 0 END, population, NULL
        FROM measured JOIN commune USING (code) WHERE population > 0
        """,
        {"distance": _DISTANCE, "share": _SHARE, "year": year, "near": NEAR_KM},
    )
    connection.unregister("measured")
