"""Comparable territories: which ones resemble each commune, EPCI and département, and in what."""

from .measures import KINDS, Measures, measure
from .nearest import Space, all_nearest, nearest, nearest_among, standardise
from .stored import (
    COMPARABLES,
    DEFAULT_COUNT,
    MAX_COUNT,
    Comparable,
    Comparison,
    comparables_of,
    measured_years,
    refresh,
    stored_codes,
)
from .variables import (
    BY_CODE,
    EQUAL_WEIGHTS,
    MAX_WEIGHT,
    RURALITIES,
    VARIABLES,
    UnknownVariableError,
    Variable,
    check_weights,
    indicators_read,
    read_weights,
    reasons,
)

__all__ = [
    "BY_CODE",
    "COMPARABLES",
    "DEFAULT_COUNT",
    "EQUAL_WEIGHTS",
    "KINDS",
    "MAX_COUNT",
    "MAX_WEIGHT",
    "RURALITIES",
    "VARIABLES",
    "Comparable",
    "Comparison",
    "Measures",
    "Space",
    "UnknownVariableError",
    "Variable",
    "all_nearest",
    "check_weights",
    "comparables_of",
    "indicators_read",
    "measure",
    "measured_years",
    "nearest",
    "nearest_among",
    "read_weights",
    "reasons",
    "refresh",
    "standardise",
    "stored_codes",
]
