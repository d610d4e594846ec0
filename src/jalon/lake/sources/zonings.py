"""Classes of communes."""

from jalon.lake.source import Source, SourceKind

from .places import EVERY_COMMUNE, one_file

_DENSITE = (
    "Grands centres urbains",
    "Centres urbains intermédiaires",
    "Ceintures urbaines",
    "Petites villes",
    "Bourgs ruraux",
    "Rural à habitat dispersé",
    "Rural à habitat très dispersé",
)
_RURALITE = (
    "Les ruralités productives agricoles",
    "Les ruralités productives ouvrières",
    "Les ruralités résidentielles aisées",
    "Les ruralités résidentielles mixtes",
    "Les ruralités touristiques à dominante résidentielle",
    "Les ruralités touristiques spécialisées",
    "Les petites polarités industrielles et artisanales",
    "Les petites polarités mixtes",
    "Hors champ : DOM ou commune urbaine",
    "Commune dont le périmètre a changé depuis la réalisation de la typologie",
)
_CENTRALITE = (
    "Centre majeur d'équipements et de services",
    "Centre structurant d'équipements et de services",
    "Centre intermédiaire d'équipements et de services",
    "Centre local d'équipements et de services",
    "Communes non centre",
)


def _zoning(slug: str, title: str, publisher: str, labels: tuple[str, ...]) -> Source:
    return Source(
        slug=slug,
        title=title,
        publisher=publisher,
        page_url="https://www.observatoire-des-territoires.gouv.fr",
        vintage="communes du 1er janvier 2025",
        kind=SourceKind.ZONING,
        files=one_file(f"zonages/{slug}.csv"),
        columns=("insee_com", f"niveau_{slug}"),
        labels=labels,
        rows_between=EVERY_COMMUNE,
    )


ZONINGS = (
    _zoning("densite", "Grille communale de densité, sept classes", "INSEE", _DENSITE),
    _zoning("ruralite", "Typologie des ruralités", "ANCT et École normale supérieure", _RURALITE),
    _zoning(
        "centralite",
        "Centralités : niveaux d’équipements et de services",
        "ANCT et INRAE",
        _CENTRALITE,
    ),
)
