"""Classes of communes, by day."""

from datetime import date

from jalon.lake.source import Source, SourceKind

from .places import ANCT, DATA_GOUV, EVERY_COMMUNE, around, one_file

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

_OBSERVATORY = "https://www.observatoire-des-territoires.gouv.fr"
_COG_2025 = date(2025, 1, 1)


def _zoning(slug: str, title: str, publisher: str, labels: tuple[str, ...]) -> Source:
    return Source(
        slug=slug,
        title=title,
        publisher=publisher,
        page_url=_OBSERVATORY,
        vintage="communes du 1er janvier 2025",
        kind=SourceKind.ZONING,
        files=one_file(f"zonages/{slug}.csv"),
        columns=("insee_com", f"niveau_{slug}"),
        labels=labels,
        reader="2",
        rows_between=EVERY_COMMUNE,
        valid_from=_COG_2025,
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
    Source(
        slug="montagne",
        title="Massifs de montagne",
        publisher=ANCT,
        page_url=_OBSERVATORY,
        vintage="communes du 1er janvier 2025",
        kind=SourceKind.ZONING,
        files=one_file("zonages/montagne.csv"),
        columns=("insee_com", "niveau_montagne"),
        rows_between=around(8_594),
        valid_from=_COG_2025,
        notes=("Une commune absente de la liste n’est dans aucun massif : « non classée ».",),
    ),
    Source(
        slug="zrr",
        title="Zones de revitalisation rurale (ZRR)",
        publisher="DGCL, mise en forme ANCT",
        page_url=f"{DATA_GOUV}/zones-de-revitalisation-rurale-zrr/",
        vintage="2022",
        kind=SourceKind.ZONING,
        files=one_file("zonages/zrr_2022.csv"),
        columns=("insee_code", "status"),
        rows_between=(30_000, 40_000),
        in_use_on=date(2022, 1, 1),
        valid_from=date(2017, 7, 1),
        valid_to=date(2024, 7, 1),
        notes=(
            "Classement en vigueur du 1er juillet 2017 au 30 juin 2024, remplacé par FRR. Le "
            "fichier ne dit pas depuis quand chaque commune y est.",
            "Une commune qui réunit depuis des communes classées et d’autres qui ne l’étaient pas "
            "est dite partiellement classée.",
        ),
    ),
    Source(
        slug="frr",
        title="France ruralités revitalisation (FRR)",
        publisher="DGCL, mise en forme ANCT",
        page_url=f"{_OBSERVATORY}/frr-france-ruralites-revitalisation",
        vintage="2025",
        kind=SourceKind.ZONING,
        files=one_file("zonages/frr_2025.csv"),
        columns=("codgeo", "codefrr"),
        rows_between=(10_000, 40_000),
        in_use_on=_COG_2025,
        valid_from=date(2024, 7, 1),
        notes=(
            "En vigueur depuis le 1er juillet 2024 ; remplace les ZRR.",
            "L’Observatoire des territoires donne un classeur : l’enregistrer en CSV.",
        ),
    ),
    Source(
        slug="qpv-2015",
        title="Quartiers prioritaires de la politique de la ville, liste de 2015",
        publisher=ANCT,
        page_url=f"{DATA_GOUV}/quartiers-prioritaires-de-la-politique-de-la-ville-qpv/",
        vintage="2015",
        kind=SourceKind.ZONING,
        files=one_file("zonages/qpv_2015.csv"),
        columns=("code_qp", "lib_qp", "insee_com"),
        rows_between=(1_000, 2_000),
        in_use_on=date(2015, 1, 1),
        valid_from=date(2015, 1, 1),
        valid_to=date(2024, 1, 1),
        notes=(
            "En vigueur du 1er janvier 2015 (décret n° 2014-1750) au 31 décembre 2023, remplacée "
            "par la liste de 2024. Outre-mer, elle l’est restée un an de plus.",
        ),
    ),
)
