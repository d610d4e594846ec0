"""Which reader reads which source."""

from collections.abc import Callable

from .barometre import read_barometre
from .contours import read_contours
from .country import Country
from .declared_series import read_declared
from .fetch import FetchedSource
from .nearest import read_nearest
from .programmes import read_programme
from .reading import Reading
from .series import read_series
from .source import Source, SourceKind
from .zonings import read_zoning

_SPECIAL: dict[str, Callable[[Source, FetchedSource, Country], Reading]] = {
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
    if source.series:
        return read_declared(source, fetched, country)
    if source.slug in _SPECIAL:
        return _SPECIAL[source.slug](source, fetched, country)
    read = {
        SourceKind.PROGRAMME: read_programme,
        SourceKind.SERIES: read_series,
        SourceKind.ZONING: read_zoning,
        SourceKind.CONTOURS: read_contours,
    }[source.kind]
    return read(source, fetched, country)
