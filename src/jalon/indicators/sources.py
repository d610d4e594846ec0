"""Every source: those that the lake declares, and those that cards declare."""

from collections import defaultdict
from functools import lru_cache

from jalon.lake.catalogue import SOURCES
from jalon.lake.errors import UnknownSourceError
from jalon.lake.series_cards import fingerprint
from jalon.lake.source import Source, SourceFile, SourceKind

from .card import BadCardError, IndicatorCard
from .card_tables import SourceTable
from .catalogue import all_cards, card_faults, catalogue_stamp


def all_sources() -> tuple[Source, ...]:
    """Give every source, in the order in which they must be read.

    One that some cards name and declare wrongly is left out, and told by `declaration_faults`.
    """
    return _sources(catalogue_stamp())[0]


def declaration_faults() -> tuple[str, ...]:
    """Say in French what is wrong in the cards, and in the sources that they declare."""
    return card_faults() + _sources(catalogue_stamp())[1]


def get_source(slug: str) -> Source:
    """Give a source by its name.

    Raises
    ------
    UnknownSourceError
        When no source has this name; the message lists those that exist.
    """
    for source in all_sources():
        if source.slug == slug:
            return source
    known = ", ".join(source.slug for source in all_sources())
    raise UnknownSourceError(f"Aucune source ne s’appelle « {slug} ». Sources connues : {known}.")


@lru_cache(maxsize=4)
def _sources(stamp: object) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    by_slug: dict[str, list[IndicatorCard]] = defaultdict(list)
    for card in all_cards():
        if card.series is not None:
            by_slug[card.source_slug].append(card)
    sources, faults = list(SOURCES), []
    for slug, cards in sorted(by_slug.items()):
        try:
            sources.append(_declared(slug, cards))
        except BadCardError as error:
            faults.append(str(error))
    return tuple(sources), tuple(faults)


def _declared(slug: str, cards: list[IndicatorCard]) -> Source:
    """Build the source that some cards share."""
    first = cards[0]
    tables: list[SourceTable] = [card.source for card in cards if card.source is not None]
    if len(tables) != 1 or any(source.slug == slug for source in SOURCES):
        names = ", ".join(card.code for card in cards)
        raise BadCardError(
            f"La source « {slug} » (fiches {names}) est à déclarer par une table [source], dans "
            "une seule de ces fiches, sous un nom que le lac n’emploie pas déjà."
        )
    (table,) = tables
    series = tuple(one for card in cards if (one := card.as_series()) is not None)
    return Source(
        slug=slug,
        title=table.title or first.name,
        publisher=table.publisher or first.producer,
        page_url=table.page_url,
        vintage=table.vintage,
        kind=SourceKind.SERIES,
        files=(SourceFile("source", mirror=table.file, url=table.url),),
        licence=first.licence,
        licence_url=first.licence_url,
        reader=fingerprint(series),
        indicators=tuple(card.code for card in cards),
        series=series,
        max_rejected_share=table.max_rejected_share,
        rows_between=table.rows_between,
        notes=table.notes,
    )
