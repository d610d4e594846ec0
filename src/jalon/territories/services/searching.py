"""Type-ahead over names, postal codes and official codes."""

from collections.abc import Collection

from django.db.models import Max, Q, QuerySet

from jalon.territories import rules
from jalon.territories.models import SearchKey, Territory

# Follows every sign of a normalised key (a–z, 0–9, space).
_AFTER_ALL = "~"


def search(text: str, *, limit: int = 10, kinds: Collection[str] | None = None) -> list[Territory]:
    """Find territories by the beginning of a name, of one of its words, or of a code.

    Accents, case, hyphens and apostrophes do not count; "st" stands for "saint". Names equal to
    the text come first, then the most populous (see `rules.search_keys`). When nothing begins
    with the text, its words are looked for in any order ("saint denis 974").

    Parameters
    ----------
    text
        What was typed; a blank text finds nothing.
    limit
        How many territories are wanted at most.
    kinds
        Keep these kinds only.
    """
    readings = rules.readings_of(text)
    if not readings or limit < 1:
        return []
    keys = SearchKey.objects.order_by()
    if kinds is not None:
        keys = keys.filter(territory__kind__in=list(kinds))
    equal = _most_populous(keys.filter(key__in=readings, is_name=True), limit)
    begun = Q()
    for reading in readings:
        begun |= _begins_with(reading)
    found = [*equal, *_most_populous(keys.filter(begun), limit + len(equal))]
    found = found or _with_every_word(keys, readings[0].split(), limit)
    return _in_order(list(dict.fromkeys(found))[:limit])


def _begins_with(prefix: str) -> Q:
    return Q(key__gte=prefix, key__lt=prefix + _AFTER_ALL)


def _most_populous(keys: QuerySet[SearchKey], limit: int) -> list[int]:
    ranked = keys.values("territory").annotate(best=Max("rank")).order_by("-best", "territory")
    return [row["territory"] for row in ranked[:limit]]


def _with_every_word(keys: QuerySet[SearchKey], words: list[str], limit: int) -> list[int]:
    if len(words) < 2:
        return []
    for word in words:
        holders = SearchKey.objects.order_by().filter(_begins_with(word)).values("territory")
        keys = keys.filter(territory__in=holders)
    return _most_populous(keys, limit)


def _in_order(ids: list[int]) -> list[Territory]:
    by_id = Territory.objects.in_bulk(ids)
    return [by_id[pk] for pk in ids]
