"""Rows of the official lists: the base they share and the types of their columns."""

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

_COMMUNE = re.compile(r"(?:\d{2}|2[AB])\d{3}")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})(?:[T ]\d{1,2}[:h]\d{2}.*)?")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_EARLIEST_YEAR, _LATEST_YEAR = 1990, 2100


class Row(BaseModel):
    """One line of a list. Its fields declare the columns: names accepted, type, necessity."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def column(*names: str, default: Any = ...) -> Any:
    """Declare the column of a field: its official name, then the others it is known by.

    Without default the column is required: a file that lacks it is refused.
    """
    return Field(default=default, json_schema_extra={"columns": list(names)})


def column_names(model: type[Row], name: str) -> list[str]:
    """Give the names by which the column of a field may be found, the official one first."""
    extra = model.model_fields[name].json_schema_extra
    return list(extra["columns"]) if isinstance(extra, dict) else [name]  # type: ignore[arg-type]


def normalise(name: str) -> str:
    """Write a column name without case, accent, space nor punctuation."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")


def _repair(info: ValidationInfo, kind: str, message: str) -> None:
    if info.context is not None:
        info.context.append((info.field_name, kind, message))


def parse_commune_code(value: str, info: ValidationInfo) -> str:
    """Read a commune code of five characters; a lost leading zero is restored and counted."""
    code = value.strip().upper()
    if re.fullmatch(r"\d{4}", code):
        _repair(info, "zero-de-tete", f"code « {code} » lu « 0{code} » : zéro de tête rétabli")
        code = "0" + code
    if not _COMMUNE.fullmatch(code):
        raise ValueError(
            "le code de la commune est vide"
            if not code
            else f"« {value} » n’est pas un code de "
            "commune (cinq caractères, par exemple 01004 ou 2A004)"
        )
    return code


def parse_siren(value: str) -> str:
    """Read a SIREN of nine digits; spaces between digits are accepted."""
    siren = re.sub(r"\s", "", value)
    if not re.fullmatch(r"\d{9}", siren):
        raise ValueError(f"« {value} » n’est pas un numéro SIREN (neuf chiffres)")
    return siren


def has_check_digit(siren: str) -> bool:
    """Say whether the last digit of a SIREN is the one that the others give (Luhn's formula)."""
    doubled = (int(digit) * (2 if rank % 2 else 1) for rank, digit in enumerate(siren))
    return sum(n // 10 + n % 10 for n in doubled) % 10 == 0


def parse_code(value: str, info: ValidationInfo) -> str:
    """Read a SIREN when there are nine digits, else a commune code."""
    digits = re.sub(r"\s", "", value)
    return digits if re.fullmatch(r"\d{9}", digits) else parse_commune_code(value, info)


def parse_date(value: str) -> date | None:
    """Read a day written 2018-09-28, 28-09-2018 or 28/09/2018; empty gives None."""
    text = value.strip()
    if not text:
        return None
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    else:
        raise ValueError(f"« {value} » n’est pas une date (attendu : 28/09/2018 ou 2018-09-28)")
    if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        raise ValueError(f"« {value} » : l’année {year} n’est pas plausible")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"« {value} » n’est pas un jour du calendrier") from None


def parse_old_date(value: str) -> date:
    """Read a day of any year written 1943-08-12."""
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise ValueError(f"« {value} » n’est pas une date (attendu : 1943-08-12)") from None


def parse_label_date(value: str) -> date:
    """Read the day inside "Espace labellisé 01/02/2020"; there must be one."""
    match = _DAY_FIRST.search(value) or _YEAR_FIRST.search(value)
    day = parse_date(match.group()) if match else None
    if day is None:
        raise ValueError(
            f"« {value} » ne contient pas de date de labellisation"
            if value.strip()
            else "la date de labellisation est vide"
        )
    return day


def parse_degrees(value: str) -> float | None:
    """Read a coordinate in degrees, with a decimal point or comma; empty gives None."""
    text = value.strip().replace(",", ".")
    if not text:
        return None
    try:
        degrees = float(text)
    except ValueError:
        degrees = 999.0
    if not -180 <= degrees <= 180:
        raise ValueError(f"« {value} » n’est pas une coordonnée en degrés")
    return degrees


def parse_number(value: str) -> float | None:
    """Read a number written 12 345,6 or 12345.6; empty gives None."""
    text = re.sub(r"[\s\u00a0\u202f%]", "", value).replace(",", ".")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"« {value} » n’est pas un nombre")
    return number


def parse_required_text(value: str) -> str:
    """Read a text that may not be empty."""
    if not (text := " ".join(value.split())):
        raise ValueError("la valeur est vide")
    return text


def parse_text(value: str, info: ValidationInfo) -> str:
    """Read a text without stray spaces; "NA" means empty; what HTML had escaped is restored."""
    text = " ".join(value.split())
    if (plain := unescape(text)) != text:
        _repair(info, "html", f"« {text} » lu « {plain} » : caractères HTML rétablis")
        text = plain
    return "" if text == "NA" else text


def _read(parse: Callable[..., Any]) -> BeforeValidator:
    return BeforeValidator(parse)


CommuneCode = Annotated[str, _read(parse_commune_code)]
CommuneOrSiren = Annotated[str, _read(parse_code)]
Siren = Annotated[str, _read(parse_siren)]
Day = Annotated[date | None, _read(parse_date)]
OldDay = Annotated[date, _read(parse_old_date)]
LabelDay = Annotated[date, _read(parse_label_date)]
Degrees = Annotated[float | None, _read(parse_degrees)]
Number = Annotated[float | None, _read(parse_number)]
RequiredText = Annotated[str, _read(parse_required_text)]
Text = Annotated[str, _read(parse_text)]
