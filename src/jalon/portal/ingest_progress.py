"""What a person at a terminal sees of an ingest, and the mirror that was asked for."""

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from django.core.management.base import OutputWrapper
from rich import progress
from rich.console import Console

from jalon.lake.source import Source

from .ingest import Result, Status, UnableToIngestError, Watcher

_MARKS = {
    Status.LOADED: "✓",
    Status.UNCHANGED: "=",
    Status.REFUSED: "✗",
    Status.ABSENT: "–",
}


class Progress(Watcher):
    """A bar on the error stream, and a line per source on the output."""

    def __init__(self, output: OutputWrapper, *, is_quiet: bool = False) -> None:
        self.console = Console(stderr=True)
        self._output = output
        self._is_quiet = is_quiet
        self._bar = progress.Progress(
            progress.SpinnerColumn(),
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TimeElapsedColumn(),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        self._task = self._bar.add_task("Territoires")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def on_begin(self, sources: Sequence[Source]) -> None:
        self._bar.update(self._task, total=len(sources))

    def on_source(self, source: Source) -> None:
        self._bar.update(self._task, description=source.title)

    def on_result(self, result: Result) -> None:
        self._bar.advance(self._task)
        if self._is_quiet:
            return
        mark, seconds = _MARKS[result.status], f"{result.seconds:.1f}".replace(".", ",")
        self._output.write(f"{mark} {result.source.slug} : {result.message} ({seconds} s)")
        self._output.flush()


def mirror_of(asked: Path | None) -> Path | None:
    """Give the mirror folder asked for, else that of JALON_MIRROR, else none.

    Raises
    ------
    UnableToIngestError
        When it is not a folder.
    """
    if asked is None and os.environ.get("JALON_MIRROR"):
        asked = Path(os.environ["JALON_MIRROR"])
    if asked is not None and not asked.is_dir():
        raise UnableToIngestError(
            f"Le miroir « {asked} » n’est pas un dossier : vérifier --mirror ou JALON_MIRROR."
        )
    return asked.resolve() if asked else None
