"""Yearly figures."""

from datetime import date

from jalon.lake.coverage_rows import FibreRow, MobileRow
from jalon.lake.source import Source, SourceFile, SourceKind

from .places import ANCT, DATA_GOUV, around, data_gouv, one_file

_ODBL_NOTE = (
    "Construite en partie à partir de tables ODbL (COGugaison) : citer, partager à l’identique."
)

SERIES = (
    Source(
        slug="population-communes",
        title="Population municipale 1968–2023, communes du 1er janvier 2025",
        publisher="INSEE",
        page_url="https://www.insee.fr/fr/statistiques/3698339",
        vintage="2023",
        kind=SourceKind.SERIES,
        files=one_file("panels/population_communes_1968_2023.parquet"),
        licence="Licence Ouverte 2.0 et ODbL (attribution COGugaison)",
        reader="2",
        columns=("code_commune_2025", "annee", "population"),
        indicators=("population",),
        rows_between=around(800_848),
        total_between=(45_000_000, 80_000_000),
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
        files=one_file("panels/urssaf_emploi_prive_2014_2024.parquet"),
        reader="2",
        columns=("code", "echelon", "year", "eff_total"),
        indicators=("emploi-prive",),
        rows_between=around(334_832),
        total_between=(15_000_000, 25_000_000),
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
        page_url=f"{DATA_GOUV}/donnees-des-elections-agregees/",
        vintage="1999–2026",
        kind=SourceKind.SERIES,
        files=one_file("panels/participation_communes_1999_2026.parquet"),
        reader="2",
        columns=("annee", "type", "tour", "code_commune", "inscrits", "votants"),
        indicators=(
            "participation-presidentielle",
            "participation-legislative",
            "participation-europeenne",
            "participation-municipale",
            "participation-regionale",
            "participation-departementale",
        ),
        rows_between=around(1_005_766),
        notes=(
            "Premier tour de chaque scrutin, jamais mélangé à un autre.",
            "Chaque tour est reporté des communes de son jour à celles d’aujourd’hui.",
            "France hexagonale et Corse seulement avant 2026.",
        ),
    ),
    Source(
        slug="fibre-arcep",
        title="Locaux raccordables à la fibre, par commune",
        publisher="Arcep",
        page_url=f"{DATA_GOUV}/le-marche-du-haut-et-tres-haut-debit-fixe-deploiements/",
        vintage="31 décembre 2024",
        kind=SourceKind.SERIES,
        files=one_file("panels/arcep_fibre_communes.csv"),
        row=FibreRow,
        indicators=("fibre",),
        rows_between=(20_000, 500_000),
        in_use_on=date(2024, 1, 1),
        notes=(
            "Le fichier « commune » du quatrième trimestre, hors de son archive ZIP ; sans colonne "
            "de trimestre, l’année est celle du millésime.",
        ),
    ),
    Source(
        slug="mobile-arcep",
        title="Habitants couverts en 4G par chaque opérateur, par commune",
        publisher="Arcep",
        page_url=f"{DATA_GOUV}/mon-reseau-mobile/",
        vintage="31 décembre 2024",
        kind=SourceKind.SERIES,
        files=one_file("panels/arcep_mobile_communes.csv"),
        row=MobileRow,
        indicators=("couverture-4g",),
        rows_between=(20_000, 1_000_000),
        in_use_on=date(2024, 1, 1),
        notes=(
            "Moyenne des opérateurs que le fichier nomme, rapportée aux habitants d’aujourd’hui.",
            "Ce sont des cartes de couverture simulées par les opérateurs, pas des mesures.",
        ),
    ),
    Source(
        slug="distance-france-services",
        title="Distance à la maison France services la plus proche, fin 2020 à 2024",
        publisher=f"Jalon, d’après {ANCT} et l’IGN",
        page_url="https://www.data.gouv.fr/organizations/agence-nationale-de-la-cohesion-des-territoires/",
        vintage="2020–2024 (liste du 1er août 2024)",
        kind=SourceKind.SERIES,
        files=(
            SourceFile(
                "lieux",
                mirror="programmes/liste-fs-20240801.csv",
                url=data_gouv("f49fe9e1-f9bb-4dbd-8dfe-b9fad31899ef"),
            ),
            SourceFile("communes", mirror="contours/geo_communes_lowres.parquet"),
        ),
        indicators=("distance-france-services", "habitants-20-km-france-services"),
        rows_between=(30_000, 40_000),
        notes=(
            "Calculée à l’import, à vol d’oiseau, du centre de chaque commune aux lieux déjà "
            "labellisés au 31 décembre de chaque année.",
            "La liste ne garde que les lieux encore ouverts le jour où elle est établie.",
        ),
    ),
)
