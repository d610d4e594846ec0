"""Effects of a programme rolled out in waves: Callaway–Sant'Anna, usable without Jalon."""

from jalon.causal.errors import CausalError, OptionError, PanelError
from jalon.causal.estimate import Plan, estimate, estimate_all, prepare, run
from jalon.causal.options import Options
from jalon.causal.panel import Columns, Panel
from jalon.causal.results import Estimate, FamilyResult, GroupTime, ImpactResult, Point

__all__ = [
    "CausalError",
    "Columns",
    "Estimate",
    "FamilyResult",
    "GroupTime",
    "ImpactResult",
    "OptionError",
    "Options",
    "Panel",
    "PanelError",
    "Plan",
    "Point",
    "estimate",
    "estimate_all",
    "prepare",
    "run",
]
