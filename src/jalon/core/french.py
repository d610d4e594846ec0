"""Figures and dates written as French readers expect them: 12 345,6 · 1,7 Md€ · +1,8 %."""

import datetime as dt
import math
from decimal import ROUND_HALF_UP, Decimal

# Spaces that never break: a line must not end between a figure and its unit.
NARROW_SPACE = "\u202f"
SPACE = "\u00a0"
MINUS = "\u2212"
MISSING = "n. d."  # « non disponible »; the pages give it an <abbr>
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_BILLION, _MILLION, _THOUSAND = 1e9, 1e6, 1e3

Figure = int | float | Decimal


def is_missing(value: Figure | None) -> bool:
    """Say whether there is no figure to write."""
    return value is None or not math.isfinite(value)


def number(value: Figure | None, decimals: int | None = None) -> str:
    """Write 12345.6 as « 12 345,6 ».

    Parameters
    ----------
    value : int, float, Decimal or None
        None and NaN are written « n. d. ».
    decimals : int, optional
        Number of decimals; by default none for a whole number, one otherwise.
    """
    if value is None or not math.isfinite(value):
        return MISSING
    if decimals is None:
        decimals = 0 if value == int(value) else 1
    # Decimal(str(…)) rounds 0.125 as a reader does, and never shows a binary artefact.
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{abs(rounded):,}".replace(",", NARROW_SPACE).replace(".", ",")
    return f"{MINUS}{text}" if rounded < 0 else text


def signed(value: Figure | None, decimals: int | None = None) -> str:
    """Write a difference with its sign: « +1,8 », « −0,4 », « 0 »."""
    text = number(value, decimals)
    is_zero = not any(digit in text for digit in "123456789")
    if value is None or text == MISSING or text.startswith(MINUS) or is_zero:
        return text
    return f"+{text}"


def percent(value: Figure | None, decimals: int = 1) -> str:
    """Write a figure already in percent: 72.84 → « 72,8 % »."""
    text = number(value, decimals)
    return text if text == MISSING else f"{text}{NARROW_SPACE}%"


def signed_percent(value: Figure | None, decimals: int = 1) -> str:
    """Write a change already in percent: 1.8 → « +1,8 % »."""
    text = signed(value, decimals)
    return text if text == MISSING else f"{text}{NARROW_SPACE}%"


def interval(low: Figure | None, high: Figure | None, decimals: int = 1) -> str:
    """Write a confidence interval: « [−0,4 ; +4,0] »."""
    if is_missing(low) or is_missing(high):
        return MISSING
    return f"[{signed(low, decimals)}{SPACE};{SPACE}{signed(high, decimals)}]"


def euros(value: Figure | None) -> str:
    """Write an amount in the unit that keeps it short: « 1,7 Md€ », « 12,3 M€ », « 850 € »."""
    if value is None or not math.isfinite(value):
        return MISSING
    size = abs(float(value))
    if size >= _BILLION:
        return f"{number(float(value) / _BILLION, 1)}{SPACE}Md€"
    if size >= _MILLION:
        return f"{number(float(value) / _MILLION, 1)}{SPACE}M€"
    if size >= 10 * _THOUSAND:
        return f"{number(float(value) / _THOUSAND, 0)}{SPACE}k€"
    return f"{number(value, 0)}{SPACE}€"


def share(effect_in_logs: Figure | None) -> float | None:
    """Turn a difference of logarithms into a change in percent: 0.02 → 2.02."""
    if effect_in_logs is None or not math.isfinite(effect_in_logs):
        return None
    return 100 * math.expm1(effect_in_logs)


def date(day: dt.date | None) -> str:
    """Write « 28 septembre 2018 », « 1er janvier 2024 »."""
    if day is None:
        return MISSING
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def file_size(n_bytes: Figure | None) -> str:
    """Write « 340 octets », « 12 ko », « 3,4 Mo »."""
    if n_bytes is None:
        return MISSING
    if n_bytes >= _MILLION:
        return f"{number(float(n_bytes) / _MILLION, 1)}{SPACE}Mo"
    if n_bytes >= _THOUSAND:
        return f"{number(float(n_bytes) / _THOUSAND, 0)}{SPACE}ko"
    return f"{number(n_bytes)}{SPACE}octets"
