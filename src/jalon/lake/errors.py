"""What can go wrong in the lake, said in French to the person at the keyboard."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .report import ValidationReport


class LakeError(Exception):
    """Any error of the lake; its text is a French sentence that says what to do."""


class UnknownSourceError(LakeError):
    """No declared source carries this name."""


class SourceAbsentError(LakeError):
    """A source can be reached nowhere: neither mirror, nor package, nor network, nor kept copy."""


class SourceRefusedError(LakeError):
    """A structural error: the whole file is refused, and nothing changes.

    Parameters
    ----------
    report
        What was found, row by row; its problems of severity STRUCTURE say why.
    """

    def __init__(self, report: "ValidationReport") -> None:
        self.report = report
        super().__init__(report.summary())


class MixedLakeError(LakeError):
    """Real data were given to a simulated lake, or the other way round."""


class DamagedLakeError(LakeError):
    """The manifest of the lake cannot be read."""


class TilesError(LakeError):
    """The tiles of the map could not be built."""
