"""Small helpers to write French sentences with figures."""

import numpy as np


def plain(value: object) -> str:
    """Write a number as people do: 2004, not 2004.0."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def counted(number: int, one: str, many: str) -> str:
    """Write a number before words that agree with it."""
    return f"{number} {one if number < 2 else many}"
