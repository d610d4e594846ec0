"""Who exists: territories, codes and movements of communes."""

from jalon.lake.source import Source, SourceKind

from .places import one_file, package_files

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
        files=one_file("cog/v_mvtcommune_2025.csv"),
        rows_between=(10_000, 30_000),
        notes=("Dit ce qu’est devenu un code à une date donnée, et quelles communes se séparent.",),
    ),
)
