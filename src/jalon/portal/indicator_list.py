"""Searching the catalogue: words, theme, producer."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.http import QueryDict

from jalon.indicators.catalogue import IndicatorCard
from jalon.portal.lake_access import current_lake, lake_stamp


@dataclass(frozen=True)
class CatalogueQuery:
    """What a reader asks of the catalogue."""

    words: str
    theme: str
    producer: str

    def keep(self, cards: Sequence[IndicatorCard]) -> list[IndicatorCard]:
        """Keep the cards that answer, those of one theme together, themes in order of display."""
        rank = {theme: place for place, theme in enumerate(themes_of(cards))}
        wanted = plain(self.words).split()
        found = [
            card
            for card in cards
            if self.theme in {"", card.theme}
            and self.producer in {"", card.producer}
            and all(word in _searched(card) for word in wanted)
        ]
        return sorted(found, key=lambda card: (rank[card.theme], card.order))


def read_query(asked: QueryDict) -> CatalogueQuery:
    """Read what is asked from the address."""
    return CatalogueQuery(
        asked.get("q", "").strip()[:100], asked.get("theme", ""), asked.get("producteur", "")
    )


def themes_of(cards: Sequence[IndicatorCard]) -> list[str]:
    """List the themes, in the order in which the catalogue shows their first card."""
    return list(dict.fromkeys(card.theme for card in cards))


def producers_of(cards: Sequence[IndicatorCard]) -> list[str]:
    """List the producers by name."""
    return sorted({card.producer for card in cards})


def span_of(card: IndicatorCard) -> str:
    """Write the years that an indicator covers; empty without a figure."""
    stamp = lake_stamp()
    return _span(card.code, card.grains[-1].value, stamp) or _span(card.code, card.grain, stamp)


@lru_cache(maxsize=1024)
def _span(code: str, grain: str, stamp: int) -> str:
    periods = current_lake().periods(code, grain)
    if not periods:
        return ""
    first, last = min(periods), max(periods)
    return f"{first}–{last}" if first != last else str(last)


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Write a text without case nor accents, to search and sort."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", " ").replace("'", " "))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def _searched(card: IndicatorCard) -> str:
    return plain(f"{card.name} {card.definition} {card.theme} {card.producer} {card.code}")
