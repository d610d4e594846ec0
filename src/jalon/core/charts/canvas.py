"""A sheet on which charts are drawn: SVG elements whose colours follow the theme of the page.

Colours are CSS variables (`core/jalon.css`), so that one drawing serves the light and the dark
theme under a policy that forbids inline style; `standalone` replaces them in a file to download.
"""

import re
from collections.abc import Iterable
from typing import Literal
from xml.etree import ElementTree

Colour = Literal["ink", "mention", "rule", "paper", "data-1", "data-2", "context", "shade"]
Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]

# What a downloaded drawing wears: the light theme.
_LIGHT: dict[str, str] = {
    "ink": "#3a3a3a", "mention": "#666666", "rule": "#dddddd", "paper": "#ffffff",
    "data-1": "#000091", "data-2": "#a94645", "context": "#8b8b8b", "shade": "#f6f6f6",
    "map-0": "#e5e5e5", "map-1": "#dcdcfc", "map-2": "#b1b1f9", "map-3": "#7b7be8",
    "map-4": "#3f3fb5", "map-5": "#000091",
    "ton-0": "#e5e5e5", "ton-1": "#dcdcfc", "ton-2": "#bcbcfa", "ton-3": "#9a9af2",
    "ton-4": "#7777e6", "ton-5": "#5151c6", "ton-6": "#2c2ca8", "ton-7": "#000091",
}  # fmt: skip
_FONT = "Public Sans, Arial, sans-serif"
# Mean width of a character of the font, as a share of its size: enough to place a label.
_CHARACTER = 0.56


def text_width(content: str, size: float = 12) -> float:
    """Estimate the width of a text, in the units of the drawing."""
    return len(content) * _CHARACTER * size


def standalone(svg: str) -> str:
    """Replace the theme's variables by colours, for a drawing that leaves the page."""
    return re.sub(r"var\(--jalon-([a-z0-9-]+)\)", lambda found: _LIGHT[found[1]], svg)


def _coordinate(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


class Canvas:
    """An SVG drawing of a fixed size, scaled by the page."""

    def __init__(self, width: float, height: float, label: str, *, has_links: bool = False) -> None:
        self.width, self.height = width, height
        self.root = ElementTree.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {_coordinate(width)} {_coordinate(height)}",
                "role": "group" if has_links else "img",
                "aria-label": label,
                "font-family": _FONT,
            },
        )

    def _add(self, tag: str, attributes: dict[str, str | float]) -> ElementTree.Element:
        written = {
            name.replace("_", "-"): value if isinstance(value, str) else _coordinate(value)
            for name, value in attributes.items()
        }
        return ElementTree.SubElement(self.root, tag, written)

    def line(
        self, start: Point, end: Point, colour: Colour, *, width: float = 1, dash: str = "none"
    ) -> None:
        """Draw a straight line."""
        (x1, y1), (x2, y2) = start, end
        stroke = f"var(--jalon-{colour})"
        self._add("line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "stroke": stroke,
                           "stroke_width": width, "stroke_dasharray": dash})  # fmt: skip

    def path(
        self, points: Iterable[Point], colour: Colour, *, width: float = 2, dash: str = "none"
    ) -> None:
        """Join points by straight lines: a curve would show values nobody observed."""
        steps = "L".join(f"{_coordinate(x)},{_coordinate(y)}" for x, y in points)
        self._add("path", {"d": f"M{steps}", "fill": "none", "stroke": f"var(--jalon-{colour})",
                           "stroke_width": width, "stroke_linejoin": "round",
                           "stroke_dasharray": dash})  # fmt: skip

    def area(self, points: Iterable[Point], colour: Colour) -> None:
        """Fill the polygon that joins these points."""
        steps = "L".join(f"{_coordinate(x)},{_coordinate(y)}" for x, y in points)
        self._add("path", {"d": f"M{steps}Z", "fill": f"var(--jalon-{colour})",
                           "fill_opacity": "0.15"})  # fmt: skip

    def box(self, corner: Point, width: float, height: float, colour: Colour) -> None:
        """Fill a rectangle, given by its top left corner."""
        x, y = corner
        self._add("rect", {"x": x, "y": y, "width": width, "height": height,
                           "fill": f"var(--jalon-{colour})"})  # fmt: skip

    def dot(self, at: Point, colour: Colour, *, radius: float = 3, hollow: bool = False) -> None:
        """Draw a point."""
        stroke = f"var(--jalon-{colour})"
        fill = "var(--jalon-paper)" if hollow else stroke
        self._add("circle", {"cx": at[0], "cy": at[1], "r": radius, "fill": fill,
                             "stroke": stroke, "stroke_width": 1.5})  # fmt: skip

    def text(
        self,
        at: Point,
        content: str,
        *,
        colour: Colour = "mention",
        anchor: Anchor = "start",
        size: float = 12,
        bold: bool = False,
    ) -> None:
        """Write a text whose baseline starts, is centred or ends at a point."""
        element = self._add("text", {"x": at[0], "y": at[1], "fill": f"var(--jalon-{colour})",
                                     "text_anchor": anchor, "font_size": size})  # fmt: skip
        if bold:
            element.set("font-weight", "700")
        element.text = content

    def shape(
        self, d: str, fill: str, *, title: str = "", href: str = "", border: float = 0.6
    ) -> None:
        """Draw a filled outline (a territory), with its tooltip and its link."""
        parent = self.root
        if href:
            # Out of the way of the keyboard: the table under the map has the same links.
            attributes = {"href": href, "aria-label": title, "tabindex": "-1"}
            parent = ElementTree.SubElement(parent, "a", attributes)
        element = ElementTree.SubElement(parent, "path", {
            "d": d, "fill": f"var(--jalon-{fill})", "stroke": "var(--jalon-paper)",
            "stroke-width": f"{border:g}"})  # fmt: skip
        if title:
            ElementTree.SubElement(element, "title").text = title

    def bubble(self, at: Point, radius: float, fill: str, *, title: str = "") -> None:
        """Draw the circle that stands for a figure."""
        element = self._add("circle", {"cx": at[0], "cy": at[1], "r": radius,
                                       "fill": f"var(--jalon-{fill})", "fill_opacity": "0.85",
                                       "stroke": "var(--jalon-data-1)",
                                       "stroke_width": 0.8})  # fmt: skip
        if title:
            ElementTree.SubElement(element, "title").text = title

    def describe(self, title: str, description: str) -> None:
        """Say in the file itself what it is and where its figures come from."""
        self.root.set("width", _coordinate(self.width))
        self.root.set("height", _coordinate(self.height))
        for place, (tag, content) in enumerate((("title", title), ("desc", description))):
            element = ElementTree.Element(tag)
            element.text = content
            self.root.insert(place, element)

    def svg(self) -> str:
        """Write the drawing."""
        return ElementTree.tostring(self.root, encoding="unicode")
