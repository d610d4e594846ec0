"""Reading the outlines of communes, EPCI, départements and régions."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import Any

from .aggregate import load_rows
from .codes import Outcome
from .country import Country
from .fetch import FetchedSource
from .parquetfile import connect, connect_spatial, open_parquet, refusing_damage
from .reading import Outline, Reading
from .report import Severity, ValidationReport
from .rows import normalise
from .source import Source

_DIGITS = 4
_QPV = re.compile(r"Q[NP]\w{6}")
_DISTRICT = "ARRONDISSEMENT_MUNICIPAL"


def read_contours(source: Source, fetched: FetchedSource, country: Country) -> Reading:
    """Read every outline of a territory of today; those of other codes are set apart.

    The file of communes also holds the arrondissements of Paris, Lyon and Marseille.

    Raises
    ------
    SourceRefusedError
        When one of the files is cut short or is not what is expected.
    """
    report = ValidationReport(source.slug)
    outlines: dict[tuple[str, str], Outline] = {}
    found = [
        *_read_communes(fetched.paths["communes"], report),
        *_read_topojson(fetched.paths["epci"], report),
        *_read_geojson("DEPARTEMENT", fetched.paths["departements"], "insee_dep", report),
        *_read_geojson("REGION", fetched.paths["regions"], "insee_reg", report),
    ]
    report.n_rows = len(found)
    for kind, code, geometry in found:
        territory = country.by_key.get((kind, code)) or country.by_key.get((_DISTRICT, code))
        if territory is not None and not _is_outline(geometry):
            message = f"{kind} {code} : contour absent ou illisible"
            report.set_apart("contour-illisible", message, value=code)
        elif territory is not None:
            key = (territory.kind, code)
            outlines[key] = Outline(*key, territory.name, geometry)
        elif code not in country.codes.arrondissements:
            moved = country.codes.resolve(code)
            fate = f" (commune devenue {moved.code})" if moved.outcome is Outcome.MOVED else ""
            report.set_apart("code-inconnu", f"territoire d’hier{fate}", value=f"{kind} {code}")
    report.n_kept = len(outlines)
    report.check_share(source.max_rejected_share)
    report.check_total("contours", report.n_kept, source.rows_between)
    assembled = tuple(_assemble_missing_epcis(outlines, country))
    for outline in assembled:
        message = "contour assemblé à partir de ceux des communes"
        report.add(Severity.NOTE, "contour-assemble", message, value=outline.code)
    return Reading(source, fetched, report, outlines=(*outlines.values(), *assembled))


def read_quartier_outlines(source: Source, fetched: FetchedSource, country: Country) -> Reading:
    """Read the perimeters of QPV, of 2015 or of 2024; one without a code is set apart.

    Raises
    ------
    SourceRefusedError
        When the file is cut short, lacks a column, or is not in degrees.
    """
    report = ValidationReport(source.slug)
    outlines: dict[str, Outline] = {}
    for rank, feature in enumerate(_load(fetched.path, report).get("features", ()), start=1):
        report.n_rows += 1
        values = {normalise(name): value for name, value in feature["properties"].items()}
        code = str(values.get("code_qp") or values.get("codeqp") or "").strip().upper()
        geometry = feature.get("geometry")
        if not _QPV.fullmatch(code) or not geometry:
            message = "quartier sans code (QN00101M ou QP001001) ou sans contour"
            report.set_apart("quartier-sans-code", message, row=rank, value=code)
            continue
        if not _is_in_degrees(geometry["coordinates"]):
            raise report.refuse(
                "projection",
                "Les contours ne sont pas en degrés (WGS 84) : prendre le fichier EPSG:4326.",
                row=rank,
            )
        known = country.by_key.get(("QPV", code))
        name = known.name if known else str(values.get("lib_qp") or values.get("nom_qp") or code)
        shape = {"type": geometry["type"], "coordinates": _round(geometry["coordinates"])}
        outlines[code] = Outline("QPV", code, name, json.dumps(shape))
    report.n_kept = len(outlines)
    report.check_total("contours", report.n_kept, source.rows_between)
    report.check_share(source.max_rejected_share)
    return Reading(source, fetched, report, outlines=tuple(outlines.values()))


def _is_in_degrees(coordinates: Any) -> bool:
    while not isinstance(coordinates[0], int | float):
        coordinates = coordinates[0]
    return bool(abs(coordinates[0]) <= 180 and abs(coordinates[1]) <= 90)


def _assemble_missing_epcis(
    outlines: Mapping[tuple[str, str], Outline], country: Country
) -> Iterator[Outline]:
    """Join the communes of each EPCI that has no outline (all those overseas)."""
    members: dict[str, list[str]] = {}
    for member in country.memberships:
        if member.parent_kind == "EPCI" and member.child_kind == "COMMUNE":
            members.setdefault(member.parent_code, []).append(member.child_code)
    rows = [
        (epci, outlines["COMMUNE", code].geometry)
        for epci, codes in members.items()
        if ("EPCI", epci) not in outlines and all(("COMMUNE", c) in outlines for c in codes)
        for code in codes
    ]
    with connect_spatial() as connection:
        load_rows(connection, "part", {"code": "TEXT", "geometry": "TEXT"}, rows)
        joined = connection.execute(
            "SELECT code, ST_AsGeoJSON(ST_Union_Agg(ST_GeomFromGeoJSON(geometry))) "
            "FROM part GROUP BY code ORDER BY code"
        ).fetchall()
    for code, geometry in joined:
        yield Outline("EPCI", code, country.by_key["EPCI", code].name, geometry)


def _read_communes(path: Path, report: ValidationReport) -> list[tuple[str, str, str]]:
    with refusing_damage(report), connect() as connection:
        open_parquet(connection, path, ("code_commune", "geometry"), report)
        return connection.execute(
            "SELECT 'COMMUNE', CAST(code_commune AS TEXT), coalesce(CAST(geometry AS TEXT), '') "
            "FROM file"
        ).fetchall()


def _load(path: Path, report: ValidationReport) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise report.refuse("fichier-illisible", f"{path.name} est coupé ou n’est pas du JSON.")
    return content


def _is_outline(geometry: str) -> bool:
    """Say whether a text is a polygon, or several, that has points."""
    try:
        shape = json.loads(geometry)
        return shape["type"] in ("Polygon", "MultiPolygon") and bool(shape["coordinates"][0][0])
    except (ValueError, LookupError, TypeError):
        return False


@contextmanager
def _refusing(path: Path, report: ValidationReport) -> Iterator[None]:
    """Refuse a file whose JSON has not the parts it should have."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise report.refuse(
            "fichier-illisible",
            f"{path.name} n’a pas la forme attendue ({type(error).__name__} : {error}) : "
            "le télécharger à neuf.",
        ) from error


def _read_geojson(
    kind: str, path: Path, key: str, report: ValidationReport
) -> Iterator[tuple[str, str, str]]:
    collected = _load(path, report).get("features")
    if not collected:
        raise report.refuse("fichier-vide", f"{path.name} ne contient aucun territoire.")
    with _refusing(path, report):
        for feature in collected:
            yield kind, *_read_feature(feature, key, path, report)


def _read_feature(
    feature: dict[str, Any], key: str, path: Path, report: ValidationReport
) -> tuple[str, str]:
    """Give code and geometry of a feature; a null geometry is an empty text."""
    if key not in feature["properties"]:
        names = ", ".join(feature["properties"])
        raise report.refuse(
            "colonne-absente", f"Il manque « {key} » dans {path.name}. Trouvées : {names}."
        )
    geometry = feature["geometry"]
    if geometry is None:
        return str(feature["properties"][key]), ""
    rounded = _round(geometry["coordinates"])
    text = json.dumps({"type": geometry["type"], "coordinates": rounded})
    return str(feature["properties"][key]), text


def _round(coordinates: Any) -> Any:
    """Keep four decimals (11 metres): contours are for maps of a whole country."""
    if isinstance(coordinates[0], int | float):
        return [round(number, _DIGITS) for number in coordinates]
    return [_round(part) for part in coordinates]


def _read_topojson(path: Path, report: ValidationReport) -> Iterator[tuple[str, str, str]]:
    """Rebuild the polygons of a TopoJSON from its shared arcs.

    Source: TopoJSON format specification: arcs are delta-encoded and quantized; a negative index ~i
    is arc i read backwards; the first point of each following arc is left out.
    """
    topology = _load(path, report)
    if "arcs" not in topology or "objects" not in topology:
        raise report.refuse("fichier-illisible", f"{path.name} n’est pas du TopoJSON.")
    with _refusing(path, report):
        yield from _read_topology(topology)


def _read_topology(topology: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    (scale_x, scale_y) = topology["transform"]["scale"]
    (left, bottom) = topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        xs = accumulate(point[0] for point in arc)
        ys = accumulate(point[1] for point in arc)
        arcs.append(
            [
                [round(x * scale_x + left, _DIGITS), round(y * scale_y + bottom, _DIGITS)]
                for x, y in zip(xs, ys, strict=True)
            ]
        )

    def ring(indices: list[int]) -> list[list[float]]:
        points: list[list[float]] = []
        for index in indices:
            arc = arcs[index] if index >= 0 else arcs[~index][::-1]
            points += arc[1:] if points else arc
        return points

    for item in next(iter(topology["objects"].values()))["geometries"]:
        shape = item.get("arcs", [])
        polygons = [shape] if item["type"] == "Polygon" else shape
        rings = [[ring(indices) for indices in polygon] for polygon in polygons]
        geometry = {"type": "MultiPolygon", "coordinates": rings}
        yield "EPCI", item["properties"]["EPCI"], json.dumps(geometry)
