"""Which reader reads which source."""

from .complements import Ground, read_alone
from .contours import read_contours, read_quartier_outlines
from .country import Country
from .coverage import read_coverage
from .fetch import FetchedSource
from .programmes import read_programme
from .reading import Reading
from .series import read_series
from .source import Source, SourceKind
from .zonings import read_zoning


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
    read = {
        SourceKind.PROGRAMME: read_programme,
        SourceKind.SERIES: read_coverage if source.row else read_series,
        SourceKind.ZONING: read_zoning,
        SourceKind.CONTOURS: read_contours,
        SourceKind.QUARTIERS: read_quartier_outlines,
    }[source.kind]
    return read(source, fetched, country)
