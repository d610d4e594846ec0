"""Where a figure comes from, in the few words that stand beside it."""

from django.utils.translation import gettext as _

from jalon.indicators.sources import get_source
from jalon.lake.errors import UnknownSourceError


def source_line(slug: str) -> str:
    """Name a source as "ANCT, Action cœur de ville, millésime 2024"."""
    try:
        source = get_source(slug)
    except UnknownSourceError:
        return slug
    return _("%(publisher)s, %(title)s, millésime %(vintage)s") % {
        "publisher": source.publisher,
        "title": source.title,
        "vintage": source.vintage,
    }
