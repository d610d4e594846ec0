"""Which reader reads which source."""

import logging
from collections.abc import Callable

import duckdb

from .barometre import read_barometre
from .complements import Ground, read_alone
from .contours import read_contours, read_quartier_outlines
from .country import Country
from .coverage import read_coverage
from .declared_series import read_declared
from .errors import SourceRefusedError
from .fetch import FetchedSource
from .nearest import read_nearest
from .programmes import read_programme
from .reading import Reading
from .report import ValidationReport
from .series import read_series
from .source import Source, SourceKind
from .zonings import read_zoning

# What a file of another shape than the declared one makes a reader raise.
_MALFORMED = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, duckdb.Error)
_log = logging.getLogger(__name__)

_Reader = Callable[[Source, FetchedSource, Country], Reading]
_SPECIAL: dict[str, _Reader] = {
    "barometre": read_barometre,
    "distance-france-services": read_nearest,
}


def read_source(source: Source, fetched: FetchedSource, country: Country) -> Reading:
    """Read and validate one source other than the territories and their codes.

    Those are read together, by `country.read_country`: their readings are in `country.readings`.

    Raises
    ------
    SourceRefusedError
        On a structural error: nothing may be loaded, and the report says why.
    """
    for reading in country.readings:
        if reading.source.slug == source.slug:
            return reading
    if source.kind is SourceKind.COMPLEMENT:
        ground = Ground(country.codes, country.territories, country.memberships)
        return read_alone(source, fetched, ground)
    try:
        return _reader_of(source)(source, fetched, country)
    except _MALFORMED as error:
        _log.exception("%s: malformed file", source.slug)
        raise refuse_malformed(source.slug, error) from error


def _reader_of(source: Source) -> _Reader:
    if source.series:
        return read_declared
    if source.slug in _SPECIAL:
        return _SPECIAL[source.slug]
    readers: dict[SourceKind, _Reader] = {
        SourceKind.PROGRAMME: read_programme,
        SourceKind.SERIES: read_coverage if source.row else read_series,
        SourceKind.ZONING: read_zoning,
        SourceKind.CONTOURS: read_contours,
        SourceKind.QUARTIERS: read_quartier_outlines,
    }
    return readers[source.kind]


def refuse_malformed(slug: str, error: Exception) -> SourceRefusedError:
    """Say that a file has not the shape that its source declares, when no reader said better."""
    return ValidationReport(slug).refuse(
        "fichier-illisible",
        "Le fichier n’a pas la forme déclarée : le télécharger à neuf, et signaler l’anomalie s’il "
        f"est juste ({type(error).__name__} : {error}).",
    )
