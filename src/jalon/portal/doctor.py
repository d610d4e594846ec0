"""What the installation holds, and whether it is what it should be."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from jalon.core import french
from jalon.core.models import SourceImport, SourceRefusal
from jalon.evaluations.services import published
from jalon.indicators.comparables import COMPARABLES
from jalon.indicators.sources import all_sources
from jalon.lake.errors import DamagedLakeError
from jalon.lake.store import Lake
from jalon.programmes.catalogue import all_programmes

from . import readiness
from .doctor_totals import Check, Held, check_totals


@dataclass(frozen=True)
class Diagnosis:
    """What the register and the lake hold, and every check."""

    simulated: bool
    territories: Mapping[str, int]
    interventions: Mapping[str, int]
    observations: int
    evaluations: int
    lake_bytes: int
    checks: tuple[Check, ...]

    @property
    def failures(self) -> list[Check]:
        """List the checks that found something wrong."""
        return [check for check in self.checks if not check.ok]

    def as_json(self) -> dict[str, object]:
        """Give the diagnosis as DESIGN.md says."""
        return asdict(self)


def examine() -> Diagnosis:
    """Look at everything; nothing is written.

    When the tables of the register are not those of this version, only that is said.
    """
    pending = readiness.pending_migrations()
    tables = Check(
        "migrations",
        not pending,
        _("les tables du registre sont à jour")
        if not pending
        else _("migrations à appliquer par « jalon migrate » : %s") % ", ".join(pending),
    )
    lake = Lake(settings.JALON_HOME / "lake")
    try:
        status = lake.status()
    except DamagedLakeError as error:
        damaged = Check("lake", ok=False, message=str(error))
        return Diagnosis(False, {}, {}, 0, 0, 0, (tables, damaged))  # noqa: FBT003
    if pending:
        lake_holds = (status.n_observations, 0, status.n_bytes)
        return Diagnosis(status.is_simulated, {}, {}, *lake_holds, (tables,))
    imports = {one.slug: one for one in SourceImport.objects.all()}
    held = Held(imports, lake)
    return Diagnosis(
        simulated=SourceImport.objects.are_simulated(),
        territories=held.territories,
        interventions={
            card.code: held.interventions.get(card.code, 0) for card in all_programmes()
        },
        observations=status.n_observations,
        evaluations=published().count(),
        lake_bytes=status.n_bytes,
        checks=(
            tables,
            *_check_sources(imports, lake),
            _check_comparables(lake),
            _check_files(lake),
            _check_unmixed(imports, lake),
            *check_totals(held),
        ),
    )


def _check_sources(imports: Mapping[str, SourceImport], lake: Lake) -> Iterator[Check]:
    """Say the state of every declared source: absent is a fact, refused or half-read is a fault."""
    stored = lake.status().sources
    refusals = {one.slug: one for one in SourceRefusal.objects.all()}
    for source in all_sources():
        held, name = imports.get(source.slug), f"source:{source.slug}"
        in_lake = stored.get(source.slug)
        if refused := refusals.get(source.slug):
            yield Check(name, ok=False, message=refused.message)
        elif held is None and in_lake is None:
            is_needed = source.slug == "territoires"
            yield Check(name, not is_needed, _("absente : ni miroir, ni réseau, ni copie"))
        elif held is None or in_lake is None or held.sha256 != in_lake.sha256:
            message = _("lue à moitié : relancer « jalon ingest %s »") % source.slug
            yield Check(name, ok=False, message=message)
        else:
            message = _("%(n)s lignes, millésime %(vintage)s, importée le %(day)s")
            values = {
                "n": french.number(held.n_rows),
                "vintage": held.vintage,
                "day": french.date(held.imported_at),
            }
            yield Check(name, ok=True, message=message % values)


def _check_comparables(lake: Lake) -> Check:
    """Say whether what is derived from several sources still agrees with them."""
    name, stored = f"derive:{COMPARABLES.slug}", lake.derived(COMPARABLES)
    if missing := COMPARABLES.missing(lake.manifest):
        return Check(name, ok=True, message=_("non calculés : il manque %s") % ", ".join(missing))
    if stored is None or not lake.is_current(COMPARABLES):
        message = _("à recalculer, une source a changé depuis : relancer « jalon ingest »")
        return Check(name, ok=False, message=message)
    values = {"n": french.number(stored.n_rows), "day": french.date(stored.computed_at)}
    message = _("%(n)s lignes, calculées le %(day)s") % values
    return Check(name, ok=True, message=message)


def _check_files(lake: Lake) -> Check:
    """Compare each file of the lake with the print of its content that its name bears."""
    manifest = lake.manifest
    held = [*manifest.sources, *manifest.derived]
    wrong = {slug: names for slug in held if (names := lake.damaged_files(slug))}
    if wrong:
        message = _("fichiers absents ou abîmés : %(files)s. Lancer « jalon ingest%(slugs)s »")
        files = ", ".join(name for names in wrong.values() for name in names)
        # What is derived from several sources is made again by any ingest.
        slugs = "".join(f" {slug}" for slug in wrong if slug in manifest.sources)
        return Check("lake", ok=False, message=message % {"files": files, "slugs": slugs})
    message = _("%d fichiers conformes au manifeste")
    return Check("lake", ok=True, message=message % len(lake.manifest.file_names()))


def _check_unmixed(imports: Mapping[str, SourceImport], lake: Lake) -> Check:
    kinds = {one.is_simulated for one in imports.values()}
    status = lake.status()
    if not status.is_empty:
        kinds.add(status.is_simulated)
    if len(kinds) > 1:
        message = _("données simulées et réelles sont mélangées : repartir d’un dossier vide")
        return Check("melange", ok=False, message=message)
    message = _("données simulées seulement") if True in kinds else _("aucune donnée simulée")
    return Check("melange", ok=True, message=message)
