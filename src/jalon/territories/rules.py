"""How a name is normalised, and by which keys a territory is found. Pure functions."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from .enums import TerritoryKind

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
_NOT_A_SIGN = re.compile(r"[^a-z0-9]+")
_ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
# A key does not begin by these: nobody looks for Fontenay-sous-Bois by "sous bois".
_LINKS = {"d", "de", "des", "du", "en", "et", "sous", "sur"}
_WIDE_KINDS = {
    TerritoryKind.DEPARTEMENT, TerritoryKind.REGION, TerritoryKind.COLLECTIVITE_OUTRE_MER,
    TerritoryKind.FRANCE,
}  # fmt: skip
_INNER_WORD_OF_WIDE = 100
_ZONE_BESIDE_COMMUNES = 100
_MAX_KEY = 200


def normalise(text: str) -> str:
    """Write a text in the only form that is compared: small letters, digits, single spaces.

    No diacritics, œ → oe, hyphens, apostrophes and other signs → space, st → saint, ste → sainte.

    >>> normalise("L’Haÿ-les-Roses"), normalise("ST ETIENNE")
    ('l hay les roses', 'saint etienne')
    """
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words_as_typed(text))


def words_as_typed(text: str) -> list[str]:
    """Cut a text into normalised words, abbreviations left as they are."""
    bare = unicodedata.normalize("NFKD", text.translate(_LIGATURES)).lower()
    bare = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return _NOT_A_SIGN.sub(" ", bare).split()


def readings_of(text: str) -> list[str]:
    """Give the normalised forms a typed text may stand for; none for a blank text.

    An unfinished "st" is the beginning of Saint-Étienne, and that of Strasbourg.

    >>> readings_of("st"), readings_of("st et")
    (['saint', 'st'], ['saint et'])
    """
    words = words_as_typed(text)
    if not words:
        return []
    full = normalise(text)
    unfinished = " ".join([*(_ABBREVIATIONS.get(word, word) for word in words[:-1]), words[-1]])
    return list(dict.fromkeys([full, unfinished]))


@dataclass(frozen=True, slots=True)
class Key:
    """One text by which a territory is found."""

    text: str
    rank: int
    is_name: bool


@dataclass(frozen=True, slots=True)
class Findable:
    """What a territory may be looked for by."""

    kind: TerritoryKind
    name: str
    codes: Collection[str]
    population: int
    largest_member: int | None


def search_keys(territory: Findable) -> list[Key]:
    """Give the keys of one territory, each once, with its best rank.

    The rank is the population: of the territory for a commune, of its largest commune for a
    grouping (Beauvais, then the CA du Beauvaisis), and at equal population the commune comes
    first. A zone d'emploi bears the name of a commune and comes well after it; a QPV or a commune
    déléguée, without population, comes last. A département or a région found by an inner word
    (Val-de-Marne by "marne") comes after the communes.
    """
    rank = territory.population
    if territory.largest_member is not None:
        rank = territory.largest_member
    if territory.kind == TerritoryKind.ZONE_EMPLOI:
        rank //= _ZONE_BESIDE_COMMUNES
    if territory.kind != TerritoryKind.COMMUNE:
        rank = max(rank - 1, 0)
    inner_rank = rank // _INNER_WORD_OF_WIDE if territory.kind in _WIDE_KINDS else rank
    name = normalise(territory.name)
    keys = [Key(name, rank, is_name=True)]
    keys += [Key(text, inner_rank, is_name=False) for text in _inner_beginnings(name)]
    keys += [Key(code.lower(), rank, is_name=False) for code in territory.codes]
    if " " in name:
        keys.append(Key(name.replace(" ", ""), rank, is_name=False))
    return _each_once(key for key in keys if 0 < len(key.text) <= _MAX_KEY)


def _inner_beginnings(name: str) -> list[str]:
    words = name.split()
    return [" ".join(words[start:]) for start in range(1, len(words)) if words[start] not in _LINKS]


def _each_once(keys: Iterable[Key]) -> list[Key]:
    kept: dict[str, Key] = {}
    for key in keys:
        held = kept.setdefault(key.text, key)
        if (key.is_name, key.rank) > (held.is_name, held.rank):
            kept[key.text] = key
    return list(kept.values())
