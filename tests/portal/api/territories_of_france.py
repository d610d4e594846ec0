"""The real territories, put in the register of the tests and taken out of it."""

import datetime as dt
from collections import defaultdict

from django.core.management import call_command

from jalon.core.models import SourceImport
from jalon.lake.catalogue import get_source
from jalon.lake.country import read_country
from jalon.lake.fetch import Places, fetch
from jalon.lake.readers import read_source
from jalon.territories.models import Territory
from jalon.territories.services import load_country

_SLUGS = ("territoires", "cog-communes", "cog-mouvements")


def load_territories(places: Places) -> dict[str, list[tuple[str, str]]]:
    """Load the official list and the COG of the mirror; give the outlines, by kind."""
    fetched = {slug: fetch(get_source(slug), places, is_online=False) for slug in _SLUGS}
    country = read_country(fetched)
    load_country(country, on=dt.date(2026, 1, 1))
    listed = fetched["territoires"]
    SourceImport.objects.create(
        slug="territoires",
        sha256=listed.sha256,
        reader="1",
        vintage="2026",
        origin=listed.origin,
        imported_at=listed.fetched_at,
        n_rows=Territory.objects.count(),
    )
    contours = get_source("contours")
    outlines: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in read_source(contours, fetch(contours, places, is_online=False), country).outlines:
        outlines[one.kind].append((one.code, one.geometry))
    return outlines


def empty_register() -> None:
    """Take everything out again."""
    call_command("flush", interactive=False, verbosity=0)
