"""Outlines."""

from jalon.lake.source import Source, SourceFile, SourceKind

from .places import ANCT, DATA_GOUV, around, one_file


def _quartiers(slug: str, vintage: str, mirror: str) -> Source:
    return Source(
        slug=slug,
        title=f"Périmètres des quartiers prioritaires de {vintage}",
        publisher=ANCT,
        page_url=f"{DATA_GOUV}/quartiers-prioritaires-de-la-politique-de-la-ville-qpv/",
        vintage=vintage,
        kind=SourceKind.QUARTIERS,
        files=one_file(mirror),
        columns=("code_qp",),
        rows_between=(1_000, 2_000),
        notes=("GeoJSON en degrés (WGS 84) : un fichier en Lambert 93 est refusé.",),
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
        rows_between=around(36_294),
        reader="4",
        notes=(
            "Le fichier des intercommunalités ne couvre que l’Hexagone et la Corse : celles "
            "d’outre-mer sont assemblées à partir de leurs communes.",
        ),
    ),
    _quartiers("qpv-2024-contours", "2024", "zonages/qpv_2024_contours.geojson"),
    _quartiers("qpv-2015-contours", "2015", "zonages/qpv_2015_contours.geojson"),
)
