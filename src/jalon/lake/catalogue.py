"""The sources, each declared once, in the order in which they must be read."""

from datetime import date

from .errors import UnknownSourceError
from .list_rows import (
    AcvRow,
    CrteRow,
    EducationRow,
    FranceServicesRow,
    OrtRow,
    OtherSchemeRow,
    PvdRow,
    TiRow,
    VaRow,
    WorkshopRow,
)
from .source import Role, Source, SourceFile, SourceKind

_ANCT = "Agence nationale de la cohésion des territoires (ANCT)"
_DATA_GOUV = "https://www.data.gouv.fr/datasets"
_ODBL_NOTE = (
    "Construite en partie à partir de tables ODbL (COGugaison) : citer, partager à l’identique."
)


def _data_gouv(resource: str) -> str:
    return f"https://www.data.gouv.fr/api/1/datasets/r/{resource}"


def _one_file(mirror: str, resource: str = "") -> tuple[SourceFile, ...]:
    return (SourceFile("source", mirror=mirror, url=_data_gouv(resource) if resource else ""),)


def _package_files(*names: str) -> tuple[SourceFile, ...]:
    return tuple(SourceFile(name, package=f"{name}.json") for name in names)


TERRITORIES = (
    Source(
        slug="territoires",
        title="Communes, intercommunalités, départements et régions",
        publisher="INSEE (COG), DGCL (Banatic), mis en forme par Etalab",
        page_url="https://github.com/etalab/decoupage-administratif",
        vintage="2026 (paquet 6.0.0)",
        kind=SourceKind.TERRITORIES,
        files=_package_files("communes", "epci", "ept", "departements", "regions"),
        licence="Licence Ouverte 2.0 (données), MIT (paquet)",
        depends_on=(),
        notes=("Lue dans le paquet npm @etalab/decoupage-administratif.",),
    ),
    Source(
        slug="cog-communes",
        title="Code officiel géographique : liste des communes",
        publisher="INSEE",
        page_url="https://www.insee.fr/fr/information/2560452",
        vintage="1er janvier 2025",
        kind=SourceKind.CODES,
        files=_one_file("cog/v_commune_2025.csv"),
        rows_between=(30_000, 40_000),
        notes=("Sert de contrôle : toute commune absente de la liste des territoires est notée.",),
    ),
    Source(
        slug="cog-mouvements",
        title="Code officiel géographique : mouvements de communes depuis 1943",
        publisher="INSEE",
        page_url="https://www.insee.fr/fr/information/2560452",
        vintage="1er janvier 2025",
        kind=SourceKind.CODES,
        files=_one_file("cog/v_mvtcommune_2025.csv"),
        rows_between=(10_000, 30_000),
        notes=("Dit ce qu’est devenu un code à une date donnée, et quelles communes se séparent.",),
    ),
)

PROGRAMMES = (
    Source(
        slug="acv",
        title="Action cœur de ville : communes bénéficiaires",
        publisher=_ANCT,
        page_url=f"{_DATA_GOUV}/5acc7eddc751df5e21efdf20",
        vintage="2024",
        kind=SourceKind.PROGRAMME,
        files=_one_file("programmes/liste-acv-com2024.csv", "8b6f422b-cbdf-459a-9a16-d6be4b92d91a"),
        row=AcvRow,
        role=Role.SIGNATORY,
        programmes=("acv",),
        rows_between=(150, 500),
        notes=("Une date de signature vide donne une intervention non datée.",),
    ),
    Source(
        slug="pvd",
        title="Petites villes de demain : communes bénéficiaires",
        publisher=_ANCT,
        page_url=f"{_DATA_GOUV}/5fc1259b703620ed60a49d97",
        vintage="septembre 2024",
        kind=SourceKind.PROGRAMME,
        files=_one_file("programmes/liste-pvd-com2024.csv", "1fa831ec-d912-4277-8b95-a8b998bf951e"),
        row=PvdRow,
        role=Role.SIGNATORY,
        programmes=("pvd",),
        rows_between=(1_000, 3_000),
        notes=(
            "Trois signatures de janvier 2020 précèdent le programme (sans doute 2021 mal saisi) : "
            "gardées telles quelles.",
        ),
    ),
    Source(
        slug="va",
        title="Villages d’avenir : communes bénéficiaires",
        publisher=_ANCT,
        page_url="https://www.data.gouv.fr/organizations/agence-nationale-de-la-cohesion-des-territoires/",
        vintage="2024",
        kind=SourceKind.PROGRAMME,
        files=_one_file("programmes/liste-va-com2024.csv", "fbef04bb-3df9-4d6d-a23f-0a0034f6a3f8"),
        row=VaRow,
        role=Role.BENEFICIARY,
        programmes=("va",),
        rows_between=(1_500, 6_000),
        notes=("La date est celle de l’annonce (24 novembre 2023).",),
    ),
    Source(
        slug="ti-2018",
        title="Territoires d’industrie, liste de 2018 (149 territoires)",
        publisher=_ANCT,
        page_url="https://www.data.gouv.fr/organizations/agence-nationale-de-la-cohesion-des-territoires/",
        vintage="2018",
        kind=SourceKind.PROGRAMME,
        files=_one_file("programmes/liste-ti-2018-149.csv"),
        row=TiRow,
        programmes=("ti-2018",),
        rows_between=(300, 1_500),
    ),
    Source(
        slug="ti-2023",
        title="Territoires d’industrie, liste de 2023 (183 territoires)",
        publisher=_ANCT,
        page_url="https://www.data.gouv.fr/organizations/agence-nationale-de-la-cohesion-des-territoires/",
        vintage="2023",
        kind=SourceKind.PROGRAMME,
        files=_one_file("programmes/liste-ti-2023-183.csv", "2a228141-469f-4945-a9bf-f8c46f694022"),
        row=TiRow,
        programmes=("ti-2023",),
        rows_between=(300, 1_500),
    ),
    Source(
        slug="france-services",
        title="France services : lieux labellisés",
        publisher=_ANCT,
        page_url="https://www.data.gouv.fr/organizations/agence-nationale-de-la-cohesion-des-territoires/",
        vintage="1er août 2024",
        kind=SourceKind.PROGRAMME,
        files=_one_file("programmes/liste-fs-20240801.csv", "f49fe9e1-f9bb-4dbd-8dfe-b9fad31899ef"),
        row=FranceServicesRow,
        programmes=("france-services",),
        rows_between=(2_000, 5_000),
        notes=("Paris, Lyon et Marseille y sont par arrondissement : reportés sur la commune.",),
    ),
    Source(
        slug="ort",
        title="Opérations de revitalisation de territoire",
        publisher="ANCT et direction de l’habitat, de l’urbanisme et des paysages (DHUP)",
        page_url=f"{_DATA_GOUV}/63c69d70de98bf9a1fa11948",
        vintage="octobre 2024",
        kind=SourceKind.PROGRAMME,
        files=_one_file("programmes/ort.csv"),
        row=OrtRow,
        role=Role.SIGNATORY,
        programmes=("ort",),
        rows_between=(1_000, 5_000),
        notes=("Seules les lignes « Signée » sont des interventions ; les autres sont comptées.",),
    ),
    Source(
        slug="crte",
        title="Contrats pour la réussite de la transition écologique : communes couvertes",
        publisher=_ANCT,
        page_url=f"{_DATA_GOUV}/60799532757dbdef335c00c5",
        vintage="2023",
        kind=SourceKind.PROGRAMME,
        files=_one_file(
            "programmes/liste-crte-com2023.csv", "614e8d6f-934e-45a4-ae58-cd5a621ea16a"
        ),
        row=CrteRow,
        programmes=("crte",),
        rows_between=(30_000, 40_000),
        notes=("76 communes sont dans deux contrats à la fois.",),
    ),
    Source(
        slug="autres-dispositifs",
        title="Dix autres dispositifs de l’ANCT",
        publisher=_ANCT,
        page_url="https://www.data.gouv.fr/organizations/agence-nationale-de-la-cohesion-des-territoires/",
        vintage="2024",
        kind=SourceKind.PROGRAMME,
        files=_one_file("programmes/liste-autres-dispositifs.csv"),
        row=OtherSchemeRow,
        live_files=(
            SourceFile("cites", url=_data_gouv("37b9f49b-79aa-4093-afa3-3cbd68f72867")),
            SourceFile("fabriques", url=_data_gouv("309049b4-f9f7-4038-a2b4-875ef32eca7c")),
        ),
        live_rows={"cites": EducationRow, "fabriques": WorkshopRow},
        programmes=tuple(OtherSchemeRow.slugs.values()),
        reader="2",
        rows_between=(300, 10_000),
        notes=(
            "Listes sans date : les interventions sont dites non datées.",
            "En ligne, seules les cités éducatives et les fabriques de territoire ont une adresse.",
        ),
    ),
)

SERIES = (
    Source(
        slug="population-communes",
        title="Population municipale 1968–2023, communes du 1er janvier 2025",
        publisher="INSEE",
        page_url="https://www.insee.fr/fr/statistiques/3698339",
        vintage="2023",
        kind=SourceKind.SERIES,
        files=_one_file("panels/population_communes_1968_2023.parquet"),
        licence="Licence Ouverte 2.0 et ODbL (attribution COGugaison)",
        columns=("code_commune_2025", "annee", "population"),
        indicators=("population",),
        rows_between=(700_000, 1_500_000),
        notes=(
            _ODBL_NOTE,
            "Mayotte n’y est qu’en 2020, 2022 et 2023 : le total de la France varie d’autant.",
        ),
    ),
    Source(
        slug="emploi-prive-urssaf",
        title="Salariés du secteur privé au 31 décembre, par commune",
        publisher="Urssaf Caisse nationale",
        page_url="https://open.urssaf.fr",
        vintage="2014–2024",
        kind=SourceKind.SERIES,
        files=_one_file("panels/urssaf_emploi_prive_2014_2024.parquet"),
        columns=("code", "echelon", "year", "eff_total"),
        indicators=("emploi-prive",),
        rows_between=(200_000, 1_000_000),
        in_use_on=date(2019, 12, 30),
        notes=(
            "Une commune absente d’un département couvert n’a aucun salarié privé : zéro. "
            "Mayotte n’est pas couverte : manquant.",
            "Les codes sont ceux d’avant les séparations du 31 décembre 2019 : les communes "
            "séparées depuis sont manquantes, pas devinées.",
        ),
    ),
    Source(
        slug="participation-elections",
        title="Résultats des élections générales 1999–2026, par commune",
        publisher="Ministère de l’Intérieur",
        page_url=f"{_DATA_GOUV}/donnees-des-elections-agregees/",
        vintage="1999–2026",
        kind=SourceKind.SERIES,
        files=_one_file("panels/participation_communes_1999_2026.parquet"),
        columns=("annee", "type", "tour", "code_commune", "inscrits", "votants"),
        indicators=(
            "participation-presidentielle",
            "participation-legislative",
            "participation-europeenne",
            "participation-municipale",
            "participation-regionale",
            "participation-departementale",
        ),
        rows_between=(1_000_000, 5_000_000),
        notes=(
            "Premier tour de chaque scrutin, jamais mélangé à un autre.",
            "Chaque tour est reporté des communes de son jour à celles d’aujourd’hui.",
            "France hexagonale et Corse seulement avant 2026.",
        ),
    ),
)


def _zoning(slug: str, title: str, publisher: str) -> Source:
    return Source(
        slug=slug,
        title=title,
        publisher=publisher,
        page_url="https://www.observatoire-des-territoires.gouv.fr",
        vintage="communes du 1er janvier 2025",
        kind=SourceKind.ZONING,
        files=_one_file(f"zonages/{slug}.csv"),
        columns=("insee_com", f"niveau_{slug}"),
        rows_between=(30_000, 40_000),
    )


ZONINGS = (
    _zoning("densite", "Grille communale de densité, sept classes", "INSEE"),
    _zoning("ruralite", "Typologie des ruralités", "ANCT et École normale supérieure"),
    _zoning("centralite", "Centralités : niveaux d’équipements et de services", "ANCT et INRAE"),
)

CONTOURS = (
    Source(
        slug="contours",
        title="Contours des communes, intercommunalités, départements et régions",
        publisher="IGN (Admin Express), Etalab",
        page_url="https://geoservices.ign.fr/adminexpress",
        vintage="2025",
        kind=SourceKind.CONTOURS,
        files=(
            SourceFile("communes", mirror="contours/geo_communes_lowres.parquet"),
            SourceFile("epci", mirror="contours/epci_2025_metropole.topojson"),
            SourceFile("departements", mirror="contours/departements.geojson"),
            SourceFile("regions", mirror="contours/regions.geojson"),
        ),
        rows_between=(30_000, 40_000),
        reader="3",
        notes=(
            "Le fichier des intercommunalités ne couvre que l’Hexagone et la Corse : celles "
            "d’outre-mer sont assemblées à partir de leurs communes.",
        ),
    ),
)

SOURCES: tuple[Source, ...] = TERRITORIES + PROGRAMMES + SERIES + ZONINGS + CONTOURS


def get_source(slug: str) -> Source:
    """Give a declared source by its name.

    Raises
    ------
    UnknownSourceError
        When no source has this name; the message lists those that exist.
    """
    for source in SOURCES:
        if source.slug == slug:
            return source
    known = ", ".join(source.slug for source in SOURCES)
    raise UnknownSourceError(f"Aucune source ne s’appelle « {slug} ». Sources connues : {known}.")
