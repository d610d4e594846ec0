"""The history of a commune in French sentences: one for each event, with its codes."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jalon.territories.enums import EventKind, PlaceStatus
from jalon.territories.models import EventLink, TerritoryEvent

COMMUNE, DELEGUEE, ASSOCIEE = PlaceStatus.COMMUNE, PlaceStatus.DELEGUEE, PlaceStatus.ASSOCIEE
Place = tuple[str, str, str]  # status, code, name


@dataclass(frozen=True)
class Story:
    """One event, told."""

    event: TerritoryEvent

    @property
    def day(self) -> dt.date:
        """The day it took effect."""
        return self.event.day

    @property
    def label(self) -> str:
        """Name what kind of event it is."""
        return self.event.get_kind_display()

    @cached_property
    def links(self) -> list[EventLink]:
        """What became what, in the order of codes."""
        return sorted(
            self.event.links.all(),
            key=lambda one: (one.before_code, one.after_code, one.after_status),
        )

    @cached_property
    def before(self) -> list[Place]:
        """Places as they were."""
        places = ((one.before_status, one.before_code, one.before_name) for one in self.links)
        return list(dict.fromkeys(place for place in places if place[1]))

    @cached_property
    def after(self) -> list[Place]:
        """Places as they became."""
        places = ((one.after_status, one.after_code, one.after_name) for one in self.links)
        return list(dict.fromkeys(places))

    @property
    def communes_before(self) -> list[Place]:
        """Communes as they were."""
        return _of(COMMUNE, self.before)

    @property
    def communes_after(self) -> list[Place]:
        """Communes as they became."""
        return _of(COMMUNE, self.after)

    @property
    def codes(self) -> str:
        """Write the chain of codes: « Codes 01033, 01091 → 01033 », or that none changed."""
        before = ", ".join(code for _, code, _ in self.communes_before or self.before)
        after = ", ".join(code for _, code, _ in self.communes_after or self.after)
        if before == after:
            return _("Code %(code)s, inchangé") % {"code": after}
        if not before:
            return _("Code %(code)s") % {"code": after}
        return _("Codes %(before)s → %(after)s") % {"before": before, "after": after}

    @property
    def sentence(self) -> str:
        """Tell what happened, in one or two sentences."""
        told = _TELLERS.get(self.event.kind, _tell_other)(self)
        return " ".join(sentence for sentence in told if sentence)


def stories(events: Iterable[TerritoryEvent]) -> list[Story]:
    """Tell each event, in the order given."""
    return [Story(event) for event in events]


def _of(status: str, places: Iterable[Place]) -> list[Place]:
    return [place for place in places if place[0] == status]


def _name(place: Place) -> str:
    """Give the name as a French reader writes it, or the code of what has none."""
    return place[2].replace("'", "’") or place[1]


def _list(places: Sequence[Place]) -> str:
    """Write « A, B et C »."""
    return _enumerate([_name(place) for place in places])


def _to_each(places: Sequence[Place]) -> str:
    """Write « à A, au B et aux C »."""
    return _enumerate([_to(_name(place)) for place in places])


def _to(name: str) -> str:
    if name.startswith("Le "):
        return f"au {name[3:]}"
    return f"aux {name[4:]}" if name.startswith("Les ") else f"à {name}"


def _enumerate(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s et %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def _new_names(story: Story) -> list[str]:
    """Tell which communes that live on under their code have another name."""
    names = {place[1]: place for place in story.communes_before}
    told = []
    for place in story.communes_after:
        former = names.get(place[1])
        if former is not None and _name(former) != _name(place):
            message = _("%(former)s a changé de nom pour %(name)s.")
            told.append(message % {"former": _name(former), "name": _name(place)})
    return told


def _tell_union(story: Story) -> list[str]:
    """Tell a merger: into one that already was, under its name, or into a new one."""
    if len(story.communes_after) != 1 or len(story.communes_before) < 2:
        return _tell_other(story)
    whole = story.communes_after[0]
    joining = [place for place in story.communes_before if place != whole]
    values = {"names": _list(joining), "whole": _name(whole), "to": _to(_name(whole))}
    if len(joining) < len(story.communes_before):
        message = ngettext(
            "%(names)s a été rattachée %(to)s.",
            "%(names)s ont été rattachées %(to)s.",
            len(joining),
        )
        if story.event.kind == EventKind.NEW_COMMUNE:
            message = ngettext(
                "%(names)s a rejoint %(whole)s, en commune nouvelle.",
                "%(names)s ont rejoint %(whole)s, en commune nouvelle.",
                len(joining),
            )
    elif story.event.kind == EventKind.NEW_COMMUNE:
        message = _("%(names)s se sont réunies pour former la commune nouvelle %(whole)s.")
    else:
        message = _("%(names)s ont fusionné pour former %(whole)s.")
    return [message % values, _became_parts(story)]


def _became_parts(story: Story) -> str:
    """Tell which former communes remain as communes déléguées or associées."""
    delegated, associated = _of(DELEGUEE, story.after), _of(ASSOCIEE, story.after)
    message = ngettext(
        "%(names)s y est devenue commune déléguée.",
        "%(names)s y sont devenues communes déléguées.",
        len(delegated),
    )
    if not delegated:
        message = ngettext(
            "%(names)s y est devenue commune associée.",
            "%(names)s y sont devenues communes associées.",
            len(associated),
        )
    parts = delegated or associated
    if not parts:
        return ""
    is_all = {code for _, code, _ in parts} == {code for _, code, _ in story.communes_before}
    return message % {"names": _("Toutes") if is_all and len(parts) > 2 else _list(parts)}


def _tell_split(story: Story) -> list[str]:
    """Tell who left whom; the one that stays is known by its name, else by its code."""
    if len(story.communes_before) != 1:
        return _tell_other(story)
    held = story.communes_before[0]
    same_name = [place for place in story.communes_after if _name(place) == _name(held)]
    same_code = [place for place in story.communes_after if place[1] == held[1]]
    staying = (same_name or same_code)[:1]
    leaving = [place for place in story.communes_after if place not in staying]
    message = ngettext(
        "%(names)s a quitté %(held)s et a été rétablie comme commune.",
        "%(names)s ont quitté %(held)s et ont été rétablies comme communes.",
        len(leaving),
    )
    told = [message % {"names": _list(leaving), "held": _name(held)}]
    if staying and staying[0][1] != held[1]:
        message = _("%(name)s porte désormais le code %(code)s.")
        return [*told, message % {"name": _name(held), "code": staying[0][1]}]
    return told + _new_names(story)


def _tell_creation(story: Story) -> list[str]:
    """Tell from whose territory a commune was made."""
    known = {place[1] for place in story.communes_before}
    new = [place for place in story.communes_after if place[1] not in known]
    if not story.before:
        message = ngettext(
            "%(names)s est entrée dans la liste des communes françaises.",
            "%(names)s sont entrées dans la liste des communes françaises.",
            len(new),
        )
        return [message % {"names": _list(new)}]
    if new:
        message = ngettext(
            "%(names)s a été créée sur un territoire pris %(givers)s.",
            "%(names)s ont été créées sur un territoire pris %(givers)s.",
            len(new),
        )
        return [
            message % {"names": _list(new), "givers": _to_each(story.communes_before)},
            *_new_names(story),
        ]
    districts = _of(PlaceStatus.ARRONDISSEMENT, story.after)
    if districts and story.communes_before:
        message = ngettext(
            "%(name)s a été découpée en un arrondissement municipal.",
            "%(name)s a été découpée en %(n)d arrondissements municipaux.",
            len(districts),
        )
        return [message % {"name": _list(story.communes_before), "n": len(districts)}]
    return _tell_other(story)


def _tell_suppression(story: Story) -> list[str]:
    """Tell among whom the territory of a commune was shared."""
    gone = {place[1] for place in story.communes_before} - {p[1] for p in story.communes_after}
    lost = [place for place in story.communes_before if place[1] in gone]
    heirs = dict.fromkeys(
        (one.after_status, one.after_code, one.after_name)
        for one in story.links
        if one.before_code in gone
    )
    if len(lost) != 1 or len(heirs) < 2:
        return _tell_other(story)
    message = _("%(name)s a été supprimée, et son territoire partagé entre %(heirs)s.")
    return [message % {"name": _list(lost), "heirs": _list(list(heirs))}, *_new_names(story)]


def _tell_end_of_association(story: Story) -> list[str]:
    parts = _of(ASSOCIEE, story.before)
    message = ngettext(
        "%(names)s n’est plus commune associée : elle est entièrement intégrée %(whole)s.",
        "%(names)s ne sont plus communes associées : elles sont entièrement intégrées %(whole)s.",
        len(parts),
    )
    return [message % {"names": _list(parts), "whole": _to_each(story.communes_after)}]


def _tell_end_of_delegation(story: Story) -> list[str]:
    parts = _of(DELEGUEE, story.before)
    message = ngettext(
        "La commune déléguée %(names)s a été supprimée ; la commune %(whole)s demeure.",
        "Les communes déléguées %(names)s ont été supprimées ; la commune %(whole)s demeure.",
        len(parts),
    )
    return [message % {"names": _list(parts), "whole": _list(story.communes_after)}]


def _tell_departement(story: Story) -> list[str]:
    message = _("%(name)s a changé de département : son code %(former)s est devenu %(code)s.")
    return _new_codes(story, message)


def _tell_seat(story: Story) -> list[str]:
    if not story.communes_before:
        message = _("Le chef-lieu ayant changé, %(former)s laisse place à %(name)s.")
        return [message % {"former": _list(story.before), "name": _list(story.after)}]
    message = _("%(name)s a changé de chef-lieu : son code %(former)s est devenu %(code)s.")
    return _new_codes(story, message)


def _new_codes(story: Story, message: str) -> list[str]:
    pairs = zip(story.communes_before, story.communes_after, strict=False)
    return [
        message % {"name": _name(after), "former": before[1], "code": after[1]}
        for before, after in pairs
    ]


def _tell_becoming_delegated(story: Story) -> list[str]:
    parts = _of(DELEGUEE, story.after)
    message = ngettext(
        "%(names)s, commune associée, est devenue commune déléguée.",
        "%(names)s, communes associées, sont devenues communes déléguées.",
        len(parts),
    )
    return [message % {"names": _list(parts)}]


def _tell_delegated_again(story: Story) -> list[str]:
    known = {place[1] for place in story.before}
    parts = [place for place in _of(DELEGUEE, story.after) if place[1] not in known]
    message = ngettext(
        "%(names)s a été rétablie comme commune déléguée.",
        "%(names)s ont été rétablies comme communes déléguées.",
        len(parts),
    )
    return [message % {"names": _list(parts)}]


def _tell_other(story: Story) -> list[str]:
    """Tell an event that has none of the usual shapes by what was and what became."""
    values = {"before": _list(story.before), "after": _list(story.after)}
    if not story.before:
        return [_("%(after)s entre dans la liste des communes.") % values]
    return [_("Avant : %(before)s. Après : %(after)s.") % values]


_TELLERS: dict[str, Callable[[Story], list[str]]] = {
    EventKind.RENAMED: _new_names,
    EventKind.CREATED: _tell_creation,
    EventKind.REESTABLISHED: _tell_split,
    EventKind.SUPPRESSED: _tell_suppression,
    EventKind.MERGED: _tell_union,
    EventKind.NEW_COMMUNE: _tell_union,
    EventKind.ASSOCIATED: _tell_union,
    EventKind.ASSOCIATION_ENDED: _tell_end_of_association,
    EventKind.DELEGATION_ENDED: _tell_end_of_delegation,
    EventKind.DEPARTEMENT_CHANGED: _tell_departement,
    EventKind.SEAT_MOVED: _tell_seat,
    EventKind.ASSOCIATED_BECAME_DELEGATED: _tell_becoming_delegated,
    EventKind.DELEGATED_REESTABLISHED: _tell_delegated_again,
}
