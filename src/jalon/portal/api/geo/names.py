"""Finding a territory by its name, in the order in which API Géo gives the answers.

API Géo ranks by the cosine between the query and the name, each seen as a vector of words weighted
by rarity (tf-idf); a word of the query stands for every word that begins with it, and weighs less
the longer what it leaves out. The same measure is computed here, with the same constants, so that
the order is the same; what API Géo cannot find (see docs/reference/api.md) is then looked for by
the letters alone, and a name equal to the query always comes first.
"""

import math
import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

_SEPARATORS = re.compile(r"[\s\-]+")
_ELISION = re.compile(r"^[dl]['’]")
_NOT_A_LETTER = re.compile(r"[^a-z]")
_WORD_START = re.compile(r"(?:^|[\s\-'’])(?=\w)")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
_ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_KEPT_QUERIES = 512
_BOOST_INHABITANTS = 100_000  # as many inhabitants double the score


def letters(text: str) -> str:
    """Keep the letters a to z of a text, without accents, case or ligatures."""
    decomposed = unicodedata.normalize("NFD", text.translate(_LIGATURES))
    return _NOT_A_LETTER.sub("", decomposed.lower())


def words(text: str) -> list[str]:
    """Cut a name into words as API Géo does: `d'` and `l'` are dropped, other signs ignored."""
    parts = _SEPARATORS.split(text.strip().lower())
    found = (letters(_ELISION.sub("", part)) for part in parts)
    return [word for word in found if word]


@dataclass(frozen=True, slots=True)
class Hit:
    """One row = a name found: its position in the collection, and how close it is (0 to 1)."""

    position: int
    score: float


class NameIndex:
    """The names of one collection, ready to be searched.

    Parameters
    ----------
    names
        The names, in the order of the collection.
    order
        The positions in the order that settles equal scores (API Géo: that of the codes).
    populations
        The inhabitants, in the order of the collection, for `boost=population`.
    """

    def __init__(
        self,
        names: Sequence[str],
        order: Sequence[int],
        populations: Sequence[int | None] = (),
    ) -> None:
        # People type the same beginnings: the last queries are kept.
        self._kept = lru_cache(maxsize=_KEPT_QUERIES)(self._search)
        self._populations = populations
        counts = [Counter(words(name)) for name in names]
        holders: dict[str, list[int]] = defaultdict(list)
        for position, count in enumerate(counts):
            for word in count:
                holders[word].append(position)
        self._holders = dict(holders)
        self._words = sorted(holders)
        self._rarity = {
            word: 1 + math.log(len(names) / len(found)) for word, found in holders.items()
        }
        self._vectors = [self._unit_vector(count) for count in counts]
        self._whole = [letters(name) for name in names]
        self._tie_rank = {position: rank for rank, position in enumerate(order)}
        self._beginnings = sorted(
            (letters(name[match.end() :]), position)
            for position, name in enumerate(names)
            for match in _WORD_START.finditer(name)
        )

    def _unit_vector(self, count: Counter[str]) -> dict[str, float]:
        vector = {word: n / count.total() * self._rarity[word] for word, n in count.items()}
        norm = math.sqrt(sum(value * value for value in vector.values()))
        return {word: value / norm for word, value in vector.items()}

    def search(self, query: str, *, is_boosted: bool = False) -> Sequence[Hit]:
        """Give the names that answer the query: those equal to it, then the closest.

        Boosted, the score grows with the inhabitants. An empty query finds nothing.
        """
        return self._kept(query, is_boosted)

    def _search(self, query: str, is_boosted: bool) -> Sequence[Hit]:  # noqa: FBT001 (cached)
        asked = words(query)
        if not asked:
            return []
        hits = self._by_words(asked)
        spelled_out = _spelled_out(asked)
        if spelled_out != asked:
            known = {hit.position for hit in hits}
            hits += [hit for hit in self._by_words(spelled_out) if hit.position not in known]
        hits = hits or self._by_letters("".join(_ABBREVIATIONS.get(w, w) for w in asked))
        hits = hits or self._by_letters(letters(query))
        if is_boosted:
            hits = _boosted(hits, self._populations)
        wanted = {letters(query), "".join(spelled_out)}
        return sorted(hits, key=lambda hit: self._whole[hit.position] not in wanted)

    def _by_words(self, asked: Sequence[str]) -> list[Hit]:
        weights: dict[str, float] = defaultdict(float)
        found: set[int] | None = None
        for word in asked:
            holders: set[int] = set()
            for known in self._beginning_with(word):
                closeness = 1 if known == word else 1 / math.log(max(3, len(known) - len(word)))
                weights[known] += self._rarity[known] * closeness
                holders.update(self._holders[known])
            found = holders if found is None else found & holders
        if not found:
            return []
        norm = math.sqrt(sum(weight * weight for weight in weights.values()))
        weigh = weights.get
        scored = [
            Hit(
                position,
                sum(weigh(word, 0.0) * value for word, value in self._vectors[position].items())
                / norm,
            )
            for position in found
        ]
        return self._closest_first(scored)

    def _beginning_with(self, word: str) -> Iterable[str]:
        start = bisect_left(self._words, word)
        end = bisect_left(self._words, word + "{", lo=start)  # "{" follows "z"
        return islice(self._words, start, end)

    def _by_letters(self, asked: str) -> list[Hit]:
        if not asked:
            return []
        start = bisect_left(self._beginnings, (asked, -1))
        end = bisect_left(self._beginnings, (asked + "{", -1), lo=start)
        closeness: dict[int, float] = {}
        for _, position in self._beginnings[start:end]:
            closeness[position] = len(asked) / len(self._whole[position])
        return self._closest_first([Hit(*pair) for pair in closeness.items()])

    def _closest_first(self, hits: list[Hit]) -> list[Hit]:
        return sorted(hits, key=lambda hit: (-round(hit.score, 12), self._tie_rank[hit.position]))


def _spelled_out(asked: Sequence[str]) -> list[str]:
    """Write `st` as saint and drop `d` and `l`; the last word may be unfinished, so it is kept."""
    finished = (_ABBREVIATIONS.get(word, word) for word in asked[:-1] if word not in {"d", "l"})
    return [*finished, asked[-1]]


def _boosted(hits: Iterable[Hit], populations: Sequence[int | None]) -> list[Hit]:
    raised = (
        Hit(hit.position, hit.score * (1 + (populations[hit.position] or 0) / _BOOST_INHABITANTS))
        for hit in hits
    )
    return sorted(raised, key=lambda hit: -hit.score)
