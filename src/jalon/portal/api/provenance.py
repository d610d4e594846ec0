"""Where a figure comes from: source, publisher, vintage, licence, and when it was imported."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ninja import Schema

from jalon.core.models import SourceImport
from jalon.indicators.sources import get_source
from jalon.lake.manifest import StoredSource


class Provenance(Schema):
    """Une source, telle qu’elle a été importée."""

    source: str
    titre: str
    editeur: str
    millesime: str
    licence: str
    licence_url: str
    page: str
    importee_le: datetime | None
    empreinte: str | None


def provenance_of(slugs: Iterable[str]) -> list[dict[str, Any]]:
    """Describe these sources and their last import, in one query."""
    wanted = sorted(set(slugs))
    imports = {one.slug: one for one in SourceImport.objects.filter(slug__in=wanted)}
    return [_describe(slug, imports.get(slug)) for slug in wanted]


def provenance_from_lake(stored: Iterable[StoredSource]) -> list[dict[str, Any]]:
    """Describe these sources as the lake holds them, without asking the register."""
    return [
        _describe(one.slug, None)
        | {
            "millesime": one.vintage,
            "importee_le": one.stored_at.isoformat(),
            "empreinte": one.sha256,
        }
        for one in stored
    ]


def _describe(slug: str, imported: SourceImport | None) -> dict[str, Any]:
    source = get_source(slug)
    return {
        "source": slug,
        "titre": source.title,
        "editeur": source.publisher,
        "millesime": imported.vintage if imported else source.vintage,
        "licence": source.licence,
        "licence_url": source.licence_url,
        "page": source.page_url,
        "importee_le": imported.imported_at.isoformat() if imported else None,
        "empreinte": imported.sha256 if imported else None,
    }
