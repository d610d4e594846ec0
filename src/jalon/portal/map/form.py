"""The form of the map: what may be chosen, and what is."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jalon.indicators import catalogue

from .choice import OVERLAPS, Figure, MapChoice
from .classes import FEWEST, MOST, Method
from .grains import AUTO, GRAINS

Choices = Sequence[tuple[str, str | Promise]]

_GRAIN_LABELS = {
    "region": gettext_lazy("Régions"),
    "departement": gettext_lazy("Départements"),
    "epci": gettext_lazy("Intercommunalités"),
    "commune": gettext_lazy("Communes"),
}


@dataclass(frozen=True)
class Field:
    """One choice of the form: its name in the address, its label, what may be chosen, what is."""

    name: str
    label: str
    choices: Choices
    value: str | Sequence[str]


@dataclass(frozen=True)
class MapForm:
    """What the map may show; `groups` are the indicators under the name of their producer."""

    groups: Sequence[tuple[str, Choices]]
    indicateur: Field
    annee: Field
    maille: Field
    methode: Field
    classes: Field
    figure: Field
    programme: Field


def form_of(choice: MapChoice) -> MapForm:
    """Describe the form for what is chosen."""
    return MapForm(
        groups=_groups(),
        indicateur=Field(
            "indicateur",
            _("Indicateur"),
            (),
            choice.card.code if choice.card else OVERLAPS if choice.is_overlaps else "",
        ),
        annee=Field(
            "annee",
            _("Année"),
            [(str(year), str(year)) for year in choice.years],
            str(choice.year or ""),
        ),
        maille=Field("maille", _("Maille"), _grains(choice), choice.grain),
        methode=Field("methode", _("Découpage en classes"), Method.choices, choice.method.value),
        classes=Field(
            "classes",
            _("Nombre de classes"),
            [(str(n), str(n)) for n in range(FEWEST, MOST + 1)],
            str(choice.n_classes),
        ),
        figure=Field(
            "figure",
            _("Dessin"),
            Figure.choices if choice.is_count else (),
            choice.figure.value,
        ),
        programme=Field(
            "programme",
            _("Programmes à compter") if choice.card is None else _("Programmes à situer"),
            list(choice.known_programmes.items()),
            list(choice.programmes),
        ),
    )


def _groups() -> list[tuple[str, Choices]]:
    """List the indicators under their producers, in the order of the catalogue."""
    groups: dict[str, list[tuple[str, str | Promise]]] = {}
    for card in catalogue.all_cards():
        groups.setdefault(card.producer, []).append((card.code, card.name))
    programmes: Choices = [
        (OVERLAPS, _("Recouvrements et zones blanches")),
        ("", _("Nombre d’interventions des programmes cochés")),
    ]
    return [*groups.items(), (_("Programmes de l’État"), programmes)]


def _grains(choice: MapChoice) -> Choices:
    offered = [(code, _GRAIN_LABELS[code]) for code in GRAINS if code in choice.offered]
    return [(AUTO, _("Selon le zoom")), *offered]
