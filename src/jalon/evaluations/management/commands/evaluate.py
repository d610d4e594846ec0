"""`jalon evaluate`: freeze the declared plans, answer them, print the verdicts."""

from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from jalon.core.command import CommandError, CommandParser, JalonCommand
from jalon.evaluations import services
from jalon.evaluations.declarations import BadPlanError
from jalon.evaluations.enums import Registration
from jalon.evaluations.models import EvaluationRun
from jalon.evaluations.rules import write_effect, write_interval, write_size
from jalon.indicators.catalogue import BadCardError

_SHORT = {Registration.PROSPECTIVE: "confirmatoire", Registration.RETROSPECTIVE: "exploratoire"}


class Command(JalonCommand):
    help = "fige les plans d’évaluation déclarés, les calcule et publie leurs verdicts"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--programme", help="code d’un programme (par défaut : tous)")
        parser.add_argument("--indicator", help="code d’un indicateur (par défaut : tous)")
        self.add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            runs = self._evaluate(options["programme"], options["indicator"])
        except (services.UnableToEvaluateError, BadPlanError, BadCardError) as error:
            raise CommandError(str(error)) from error
        if options["format"] == "json":
            self.emit_json([services.as_json(run) for run in runs])
        else:
            self.print_table(_table(runs))

    def _evaluate(self, programme: str | None, indicator: str | None) -> list[EvaluationRun]:
        plans = services.select_plans(programme=programme, indicator=indicator)
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("Évaluations", total=len(plans))
            return services.evaluate(plans, on_answer=lambda plan: progress.advance(task))


def _table(runs: list[EvaluationRun]) -> Table:
    table = Table()
    headers = ("Évaluation", "Enregistrement", "Verdict", "Effet", "Intervalle", "Détectable")
    for header in headers:
        table.add_column(header, overflow="fold")
    for run in runs:
        plan = run.plan
        table.add_row(
            plan.slug,
            _SHORT[Registration(plan.registration)],
            run.get_verdict_display(),
            *_figures(run),
        )
    return table


def _figures(run: EvaluationRun) -> tuple[str, str, str]:
    effect, transform = run.result["effect"], run.result["transform"]
    if effect is None:
        return ("—", "—", "—")
    return (
        write_effect(effect["att"], transform),
        write_interval(effect["ci_low"], effect["ci_high"], transform),
        write_size(run.result["mde"], transform),
    )
