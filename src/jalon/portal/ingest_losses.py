"""What a newer file would make the register or the lake lose."""

from collections import Counter

from django.db.models import Count
from django.utils.translation import gettext as _

from jalon.core.models import SourceImport
from jalon.interventions.models import Coverage
from jalon.lake.reading import Reading
from jalon.lake.source import SourceKind

GREATEST_LOSS = 0.10


def refuse_losses(reading: Reading) -> None:
    """Refuse a file that holds much less than the one accepted before it.

    Raises
    ------
    SourceRefusedError
        When a programme would lose more than `GREATEST_LOSS` of its territories, or another source
        as much of its rows.
    """
    for name, held, given in _compared(reading):
        if given < (1 - GREATEST_LOSS) * held:
            message = _(
                "%(name)s : %(given)d lignes au lieu de %(held)d, plus de %(share)d %% de moins "
                "que ce qui est déjà chargé. Le fichier est sans doute incomplet ; s’il est juste, "
                "lancer « jalon ingest %(slug)s --accept-smaller »."
            )
            values = {"name": name, "given": given, "held": held, "slug": reading.source.slug}
            raise reading.report.refuse(
                "liste-plus-courte", message % {**values, "share": 100 * GREATEST_LOSS}
            )


def _compared(reading: Reading) -> list[tuple[str, int, int]]:
    """Give what is compared: its name, how much is held, how much the file gives."""
    slug = reading.source.slug
    if reading.source.kind is not SourceKind.PROGRAMME:
        held = SourceImport.objects.filter(slug=slug).values_list("n_rows", flat=True)
        return [(slug, n, reading.report.n_kept) for n in held]
    places = {(r.programme, r.intervention_code, r.kind, r.code) for r in reading.coverages}
    given = Counter(programme for programme, *_rest in places)
    counted = (
        Coverage.objects.filter(intervention__programme__code__in=reading.programmes)
        .order_by()
        .values_list("intervention__programme__code")
        .annotate(n=Count("pk"))
    )
    return [(programme, n, given[programme]) for programme, n in counted]
