"""Who exists: territories, codes and movements of communes."""

from datetime import date

from jalon.lake.source import Source, SourceKind

from .places import ANCT, DATA_GOUV, EVERY_COMMUNE, around, one_file, package_files

TERRITORIES = (
    Source(
        slug="territoires",
        title="Communes, intercommunalités, départements et régions",
        publisher="INSEE (COG), DGCL (Banatic), mis en forme par Etalab",
        page_url="https://github.com/etalab/decoupage-administratif",
        vintage="2026 (paquet 6.0.0)",
        kind=SourceKind.TERRITORIES,
        files=package_files("communes", "epci", "ept", "departements", "regions"),
        licence="Licence Ouverte 2.0 (données), MIT (paquet)",
        depends_on=(),
        rows_between=EVERY_COMMUNE,
        reader="2",
        notes=("Lue dans le paquet npm @etalab/decoupage-administratif.",),
    ),
    Source(
        slug="cog-communes",
        title="Code officiel géographique : liste des communes",
        publisher="INSEE",
        page_url="https://www.insee.fr/fr/information/2560452",
        vintage="1er janvier 2025",
        kind=SourceKind.CODES,
        files=one_file("cog/v_commune_2025.csv"),
        rows_between=EVERY_COMMUNE,
        notes=("Sert de contrôle : toute commune absente de la liste des territoires est notée.",),
    ),
    Source(
        slug="cog-mouvements",
        title="Code officiel géographique : mouvements de communes depuis 1943",
        publisher="INSEE",
        page_url="https://www.insee.fr/fr/information/2560452",
        vintage="1er janvier 2025",
        kind=SourceKind.CODES,
        files=one_file("cog/v_mvtcommune_2025.csv"),
        reader="2",
        rows_between=around(13_534),
        notes=(
            "Dit ce qu’est devenu un code à une date donnée, et quelles communes se séparent.",
            "Donne l’histoire de chaque commune, celle de ses communes déléguées comprise.",
        ),
    ),
    Source(
        slug="zonages-etude",
        title="Zones d’emploi, bassins de vie, aires d’attraction et unités urbaines",
        publisher="INSEE",
        page_url="https://www.insee.fr/fr/information/2028028",
        vintage="communes du 1er janvier 2025",
        kind=SourceKind.COMPLEMENT,
        files=one_file("zonages/table_passage_communes_zonages_2025.csv"),
        depends_on=("territoires", "cog-mouvements"),
        rows_between=(30_000, 40_000),
        in_use_on=date(2025, 1, 1),
        notes=(
            "Zones d’emploi, unités urbaines et aires d’attraction de 2020, bassins de vie de "
            "2022 : l’appartenance court depuis le 1er janvier de cette année.",
            "« Hors unité urbaine » et « hors attraction des villes » ne sont pas des territoires.",
            "Une commune née d’une fusion garde les zones de celle dont elle a gardé le code.",
        ),
    ),
    Source(
        slug="qpv-2024",
        title="Quartiers prioritaires de la politique de la ville, liste de 2024",
        publisher=ANCT,
        page_url=f"{DATA_GOUV}/quartiers-prioritaires-de-la-politique-de-la-ville-qpv/",
        vintage="2024",
        kind=SourceKind.COMPLEMENT,
        files=one_file("zonages/centroide-4326_qpv.geojson"),
        columns=("insee_com", "code_qp", "lib_qp"),
        depends_on=("territoires", "cog-mouvements"),
        rows_between=(1_000, 2_000),
        notes=(
            "Un quartier peut s’étendre sur plusieurs communes, une commune en avoir plusieurs.",
            "En vigueur depuis le 1er janvier 2024 (décret n° 2023-1314), outre-mer depuis le "
            "1er janvier 2025 (décret n° 2024-1212).",
            "Ce fichier donne le centre de la commune, pas le périmètre : aucun chiffre n’est "
            "calculé par quartier.",
        ),
    ),
    Source(
        slug="banatic",
        title="Groupements de collectivités : PETR, syndicats, pôles métropolitains",
        publisher="DGCL (Banatic)",
        page_url="https://www.banatic.interieur.gouv.fr/export",
        vintage="2026",
        kind=SourceKind.COMPLEMENT,
        files=one_file("territoires/banatic_membres.csv"),
        rows_between=(10_000, 1_000_000),
        notes=(
            "Une ligne par groupement et par membre ; les intercommunalités et les EPT de la liste "
            "des territoires n’y sont pas repris.",
            "L’export national est un classeur : l’enregistrer en CSV, sans les colonnes des "
            "compétences.",
        ),
    ),
)
