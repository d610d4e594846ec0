"""Outlines."""

from jalon.lake.source import Source, SourceFile, SourceKind

from .places import around

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
        rows_between=around(36_294),
        reader="4",
        notes=(
            "Le fichier des intercommunalités ne couvre que l’Hexagone et la Corse : celles "
            "d’outre-mer sont assemblées à partir de leurs communes.",
        ),
    ),
)
