"""Charts drawn on the server as small SVG files, each with its table and its exports.

Why not Vega-Lite: docs/adr/0004 has the measurements.
"""

from .bars import Bar, bar_chart
from .event_study import EventPoint, event_study_chart
from .figure import Chart, Table
from .line import Line, Tone, indexed, line_chart

__all__ = [
    "Bar",
    "Chart",
    "EventPoint",
    "Line",
    "Table",
    "Tone",
    "bar_chart",
    "event_study_chart",
    "indexed",
    "line_chart",
]
