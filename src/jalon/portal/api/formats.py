"""The same rows as JSON, CSV, Parquet or GeoJSON."""

import csv
import io
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import duckdb
from django.http import HttpResponse

from .answering import JSON

CSV = "text/csv; charset=utf-8"
NDJSON = "application/x-ndjson"
PARQUET = "application/vnd.apache.parquet"
GEOJSON = "application/geo+json; charset=utf-8"

TableFormat = Literal["json", "csv", "parquet"]
MEDIA_TYPES = {
    "csv": "text/csv",
    "ndjson": NDJSON,
    "parquet": PARQUET,
    "geojson": "application/geo+json",
}

Row = Mapping[str, Any]


def as_json(content: object) -> HttpResponse:
    """Answer a JSON document."""
    return HttpResponse(
        json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")),
        content_type=JSON,
    )


def as_csv(rows: Sequence[Row], columns: Sequence[str], name: str) -> HttpResponse:
    """Answer a CSV file: UTF-8, comma, point as decimal mark; a list is joined by « | »."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return as_download(text.getvalue().encode(), CSV, f"{name}.csv")


def _cell(value: object) -> object:
    if isinstance(value, list):
        return "|".join(str(one) for one in value)
    if isinstance(value, bool):
        return "oui" if value else "non"
    return "" if value is None else value


def as_parquet(rows: Sequence[Row], columns: Sequence[str], name: str) -> HttpResponse:
    """Answer a Parquet file (zstd); the type of a column is that of its values."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        source, target = Path(folder) / "rows.json", Path(folder) / "rows.parquet"
        source.write_text(
            "\n".join(json.dumps({c: row.get(c) for c in columns}, default=str) for row in rows)
        )
        types = {column: _sql_type([row.get(column) for row in rows]) for column in columns}
        connection.execute("SET autoinstall_known_extensions = false")
        connection.read_json(str(source), columns=types, format="newline_delimited").write_parquet(
            str(target), compression="zstd"
        )
        return as_download(target.read_bytes(), PARQUET, f"{name}.parquet")


def _sql_type(values: Sequence[object]) -> str:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return "BOOLEAN"
    if kinds == {int}:
        return "BIGINT"
    if kinds and kinds <= {int, float}:
        return "DOUBLE"
    return "VARCHAR[]" if kinds == {list} else "VARCHAR"


def as_geojson(features: Sequence[Row], **members: object) -> HttpResponse:
    """Answer a GeoJSON collection; the foreign members (page, sources) stand beside."""
    content = {"type": "FeatureCollection", "features": features, **members}
    response = as_json(content)
    response["Content-Type"] = GEOJSON
    return response


def as_download(content: bytes, media_type: str, name: str) -> HttpResponse:
    """Answer a file to save under this name."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def also(*formats: str) -> dict[str, Any]:
    """Describe the other formats of a route in its OpenAPI schema."""
    content = {
        MEDIA_TYPES[name]: {"schema": {"type": "object" if name == "geojson" else "string"}}
        for name in formats
    }
    return {"responses": {200: {"content": content}}}
