"""Errors of the causal engine: one clear sentence in French each."""


class CausalError(ValueError):
    """Parent of the errors a user of the engine can cause and correct."""


class PanelError(CausalError):
    """The data cannot be analysed: says what is wrong and where (row, column)."""


class OptionError(CausalError):
    """An option has a value the engine does not know."""
