"""The catalogue: the cards of every indicator, from files and from the sources themselves."""

from collections import Counter
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings

from jalon.lake.queries import LakeReader

from .card import BadCardError, IndicatorCard, UnknownPeriodError, card_of, read_card
from .card_tables import Fitness, NotedPeriod

__all__ = [
    "CARDS_FOLDER", "BadCardError", "Fitness", "IndicatorCard", "NotedPeriod",
    "UnknownIndicatorError", "UnknownPeriodError", "all_cards", "card_faults", "catalogue_stamp",
    "get_card", "headline_cards", "local_folder", "read_card",
]  # fmt: skip

CARDS_FOLDER = Path(__file__).parent / "cards"
Stamp = tuple[object, ...]


class UnknownIndicatorError(LookupError):
    """No card carries this code; the message is in French and names the known ones."""


def local_folder() -> Path:
    """Give the folder of this installation where a card may be added."""
    return Path(settings.JALON_HOME) / "indicateurs"


def catalogue_stamp() -> Stamp:
    """Tell states of the catalogue apart: cards of the code, of this installation, of the lake."""
    local = local_folder()
    files = sorted(local.glob("*.toml")) if local.is_dir() else []
    return (
        str(local),
        CARDS_FOLDER.stat().st_mtime_ns,
        tuple((path.name, path.stat().st_mtime_ns) for path in files),
        _stamp_of(_lake(Path(settings.JALON_HOME)).manifest_path),
    )


def all_cards() -> tuple[IndicatorCard, ...]:
    """Give every card, in the order of display.

    The catalogue follows its files and the lake: a card added or imported shows without a restart.
    A wrong card of this installation is left out and told by `card_faults`.

    Raises
    ------
    BadCardError
        When a card of the code itself is not valid.
    """
    return _read(catalogue_stamp()).cards


def headline_cards() -> tuple[IndicatorCard, ...]:
    """Give the cards that the page of a territory charts."""
    return tuple(card for card in all_cards() if card.headline)


def card_faults() -> tuple[str, ...]:
    """Say in French what is wrong in the cards added to this installation."""
    return _read(catalogue_stamp()).faults


def get_card(code: str) -> IndicatorCard:
    """Give one card by its code.

    Raises
    ------
    UnknownIndicatorError
        When no card carries this code.
    """
    catalogue = _read(catalogue_stamp())
    if code not in catalogue.by_code:
        known = ", ".join(card.code for card in catalogue.cards[:20])
        more = "" if len(catalogue.cards) <= 20 else f"… ({len(catalogue.cards)} en tout)"
        raise UnknownIndicatorError(f"Indicateur inconnu : « {code} ». Connus : {known}{more}.")
    return catalogue.by_code[code]


class _Catalogue:
    """One state of the catalogue."""

    def __init__(self, cards: list[IndicatorCard], faults: list[str]) -> None:
        self.cards = tuple(sorted(cards, key=lambda card: (card.order, card.code)))
        self.by_code = {card.code: card for card in self.cards}
        self.faults = tuple(faults)


@lru_cache(maxsize=4)
def _read(stamp: Stamp) -> _Catalogue:
    cards = list(_committed(CARDS_FOLDER))
    cards += [card_of(content) for content in _lake(Path(settings.JALON_HOME)).cards()]
    taken, faults = Counter(card.code for card in cards), []
    folder = local_folder()
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        try:
            card = read_card(path)
        except (BadCardError, OSError) as error:
            faults.append(str(error))
            continue
        if taken[card.code]:
            faults.append(f"La fiche {path.name} porte un code déjà pris par une autre fiche.")
        else:
            cards.append(card)
    return _Catalogue(cards, faults)


@cache
def _committed(folder: Path) -> tuple[IndicatorCard, ...]:
    return tuple(read_card(path) for path in sorted(folder.glob("*.toml")))


@cache
def _lake(home: Path) -> LakeReader:
    return LakeReader(home / "lake")


def _stamp_of(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_ino
