"""What may be asked of the territories, and how they are loaded."""

from .history import history_of, names_of_codes
from .loading import RefusedTerritoriesError, load_country
from .lookup import (
    AmbiguousCodeError,
    UnknownTerritoryError,
    ancestors,
    commune_names,
    counts_by_kind,
    departement_names,
    get_territory,
    resolve_code,
)
from .searching import search

__all__ = [
    "AmbiguousCodeError",
    "RefusedTerritoriesError",
    "UnknownTerritoryError",
    "ancestors",
    "commune_names",
    "counts_by_kind",
    "departement_names",
    "get_territory",
    "history_of",
    "load_country",
    "names_of_codes",
    "resolve_code",
    "search",
]
