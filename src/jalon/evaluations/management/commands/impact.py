"""`jalon impact`: the effect of a programme, from any panel in CSV or Parquet."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from jalon.causal import CausalError, Columns, ImpactResult, Options, estimate
from jalon.causal.read import read_panel
from jalon.causal.report import render_text
from jalon.core.command import CommandError, CommandParser, JalonCommand

_DEFAULTS = Options()


class Command(JalonCommand):
    """Estimate an effect without any database."""

    help = _(
        "Mesure l’effet d’un programme déployé par vagues (Callaway et Sant’Anna) à partir d’un"
        " tableau CSV ou Parquet : une ligne par unité et par période."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the file, its columns and the choices of the estimation."""
        self._add_columns(parser)
        self._add_choices(parser)
        self._add_inference(parser)
        self.add_format(parser)

    def _add_columns(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER", help=_("panel CSV ou Parquet"))
        for name, text in (
            ("unit", _("colonne de l’unité (par exemple la commune)")),
            ("period", _("colonne de la période (un nombre)")),
            ("outcome", _("colonne de l’indicateur mesuré")),
            (
                "cohort",
                _("colonne de la première période traitée ; 0, vide, NA ou Inf : jamais traitée"),
            ),
        ):
            parser.add_argument(f"--{name}", required=True, metavar="COL", help=text)
        parser.add_argument(
            "--covariates",
            default="",
            metavar="A,B",
            help=_("covariables mesurées avant le programme, séparées par des virgules"),
        )
        parser.add_argument("--weights", metavar="COL", help=_("colonne des poids"))
        parser.add_argument(
            "--cluster", metavar="COL", help=_("colonne des grappes, au-dessus de l’unité")
        )

    def _add_choices(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--control",
            choices=["never", "notyet"],
            default=_DEFAULTS.control,
            help=_("comparaison : unités jamais traitées, ou aussi celles pas encore traitées"),
        )
        parser.add_argument(
            "--method",
            choices=["dr", "ipw", "reg"],
            default=_DEFAULTS.method,
            help=_("doublement robuste, pondération ou régression"),
        )
        parser.add_argument(
            "--base",
            choices=["varying", "universal"],
            default=_DEFAULTS.base,
            help=_("période de référence avant traitement : la précédente, ou toujours la même"),
        )
        parser.add_argument(
            "--unbalanced",
            choices=["drop", "keep"],
            default=_DEFAULTS.unbalanced,
            help=_("unités incomplètes : écartées, ou comparées avec les périodes qu’elles ont"),
        )
        parser.add_argument(
            "--anticipation",
            type=int,
            default=_DEFAULTS.anticipation,
            metavar="N",
            help=_("périodes avant le traitement où les unités réagissent peut-être déjà"),
        )
        parser.add_argument(
            "--balance-e",
            type=int,
            metavar="N",
            help=_("ne garder que les cohortes observées au moins N périodes après"),
        )

    def _add_inference(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--draws",
            type=int,
            default=_DEFAULTS.draws,
            metavar="N",
            help=_("tirages du bootstrap ; 0 : erreurs-types analytiques seulement"),
        )
        parser.add_argument(
            "--multipliers",
            choices=["rademacher", "mammen", "gaussian"],
            default=_DEFAULTS.multipliers,
            help=_("loi des multiplicateurs du bootstrap"),
        )
        parser.add_argument(
            "--seed", type=int, default=_DEFAULTS.seed, metavar="N", help=_("graine des tirages")
        )
        parser.add_argument(
            "--alpha",
            type=float,
            default=_DEFAULTS.alpha,
            metavar="P",
            help=_("1 moins le niveau des intervalles (0.05 : 95 %%)"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, estimate and print."""
        try:
            result = _estimate(options)
        except CausalError as error:
            raise CommandError(str(error)) from error
        if options["format"] == "json":
            self.emit_json(result.to_dict())
        else:
            self.stdout.write(render_text(result))


def _estimate(options: dict[str, Any]) -> ImpactResult:
    choices = Options(**{name: options[name] for name in Options.__slots__})
    columns = Columns(
        unit=options["unit"],
        period=options["period"],
        cohort=options["cohort"],
        outcomes=(options["outcome"],),
        covariates=tuple(name.strip() for name in options["covariates"].split(",") if name.strip()),
        weights=options["weights"],
        cluster=options["cluster"],
    )
    return estimate(read_panel(options["file"], columns), options["outcome"], choices)
