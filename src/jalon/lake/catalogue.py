"""The sources, in the order in which they must be read; each is declared once, in `sources/`."""

from .errors import UnknownSourceError
from .source import Source
from .sources.barometre import BAROMETRE
from .sources.contours import CONTOURS
from .sources.programmes import PROGRAMMES
from .sources.series import SERIES
from .sources.territories import TERRITORIES
from .sources.zonings import ZONINGS

__all__ = ["PROGRAMMES", "SERIES", "SOURCES", "TERRITORIES", "ZONINGS", "get_source"]

SOURCES: tuple[Source, ...] = TERRITORIES + PROGRAMMES + SERIES + BAROMETRE + ZONINGS + CONTOURS


def get_source(slug: str) -> Source:
    """Give a declared source by its name.

    Raises
    ------
    UnknownSourceError
        When no source has this name; the message lists those that exist.
    """
    for source in SOURCES:
        if source.slug == slug:
            return source
    known = ", ".join(source.slug for source in SOURCES)
    raise UnknownSourceError(f"Aucune source ne s’appelle « {slug} ». Sources connues : {known}.")
