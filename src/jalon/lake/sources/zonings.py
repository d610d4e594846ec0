"""Classes of communes."""

from jalon.lake.source import Source, SourceKind

from .places import one_file


def _zoning(slug: str, title: str, publisher: str) -> Source:
    return Source(
        slug=slug,
        title=title,
        publisher=publisher,
        page_url="https://www.observatoire-des-territoires.gouv.fr",
        vintage="communes du 1er janvier 2025",
        kind=SourceKind.ZONING,
        files=one_file(f"zonages/{slug}.csv"),
        columns=("insee_com", f"niveau_{slug}"),
        rows_between=(30_000, 40_000),
    )


ZONINGS = (
    _zoning("densite", "Grille communale de densité, sept classes", "INSEE"),
    _zoning("ruralite", "Typologie des ruralités", "ANCT et École normale supérieure"),
    _zoning("centralite", "Centralités : niveaux d’équipements et de services", "ANCT et INRAE"),
)
