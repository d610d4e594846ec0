"""Charts: what is drawn is what was given, and the table says the same."""

import re
from xml.etree import ElementTree

import pytest

from jalon.core.charts import (
    Bar,
    EventPoint,
    Line,
    bar_chart,
    event_study_chart,
    indexed,
    line_chart,
)
from jalon.core.charts.scale import ticks, whole_ticks

SVG = "{http://www.w3.org/2000/svg}"


def _parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314  (our own drawing)


def _texts(svg: str) -> list[str]:
    return [element.text or "" for element in _parse(svg).iter(f"{SVG}text")]


class TestTicks:
    @pytest.mark.parametrize(
        ("low", "high"), [(3, 97), (0, 1), (99.2, 100.4), (-0.03, 0.02), (5, 5), (0, 0), (1e6, 3e7)]
    )
    def test_enclose_the_values_with_round_steps(self, low, high):
        found = ticks(low, high)

        assert found[0] <= low
        assert found[-1] >= high
        assert 2 <= len(found) <= 7

    def test_of_years_keep_both_ends(self):
        assert whole_ticks(2006, 2023)[0] == 2006
        assert whole_ticks(2006, 2023)[-1] == 2023
        assert whole_ticks(2020, 2020) == [2020]


class TestLineChart:
    def _chart(self, **options):
        lines = [
            Line("Beauvais", [(2014, 100.0), (2015, None), (2016, 104.24)]),
            Line("France", [(2014, 100.0), (2015, 101.0), (2016, 104.0)], tone="context"),
        ]
        return line_chart(slug="emploi", title="L’emploi augmente", lines=lines, **options)

    def test_labels_each_line_with_its_last_value(self):
        chart = self._chart(decimals=1)

        assert "104,2 Beauvais" in _texts(chart.svg)
        assert "104,0 France" in _texts(chart.svg)

    def test_keeps_labels_apart(self):
        labels = [
            float(element.get("y"))
            for element in _parse(self._chart(decimals=1).svg).iter(f"{SVG}text")
            if "Beauvais" in (element.text or "") or "France" in (element.text or "")
        ]

        assert abs(labels[0] - labels[1]) >= 14

    def test_breaks_the_line_where_a_value_is_missing(self):
        paths = _parse(self._chart().svg).findall(f"{SVG}path")

        assert len(paths) == 3  # two pieces for Beauvais, one for France

    def test_gives_the_same_figures_in_its_table(self):
        table = self._chart(unit="indice").table

        assert list(table.header) == ["Année", "Beauvais (indice)", "France (indice)"]
        assert list(table.rows[1]) == ["2015", None, 101.0]
        assert table.written_rows()[1] == ("2015", "", ["n. d.", "101"])

    def test_escapes_names(self):
        chart = line_chart(slug="x", title="<b>", lines=[Line("<i>&", [(2014, 1.0)])])

        assert "<b>" not in chart.svg
        assert "<i>" not in chart.svg

    def test_draws_nothing_without_values(self):
        chart = line_chart(slug="x", title="Vide", lines=[Line("A", [(2014, None)])])

        assert _texts(chart.svg) == []
        assert list(chart.table.rows) == []


class TestIndexed:
    def test_starts_from_one_hundred(self):
        assert indexed([(2014, 50.0), (2015, 60.0), (2016, None)], 2014) == [
            (2014, 100.0), (2015, 120.0), (2016, None)
        ]  # fmt: skip

    def test_is_empty_without_a_base(self):
        assert indexed([(2014, 0.0), (2015, 60.0)], 2014) == []
        assert indexed([(2015, 60.0)], 2014) == []


class TestBarChart:
    @pytest.mark.parametrize("horizontal", [False, True])
    def test_draws_bars_in_proportion(self, horizontal):
        chart = bar_chart(slug="x", title="T", header=("Année", "Villes"), horizontal=horizontal,
                          bars=[Bar("2018", 200), Bar("2019", 100), Bar("2020", 0)])  # fmt: skip

        size = "width" if horizontal else "height"
        bars = [float(r.get(size)) for r in _parse(chart.svg).iter(f"{SVG}rect")]
        assert bars[0] == pytest.approx(2 * bars[1], abs=0.2)
        assert bars[2] <= 1

    def test_of_nothing_is_an_empty_drawing(self):
        assert _texts(bar_chart(slug="x", title="T", header=("A", "B"), bars=[]).svg) == []


class TestEventStudyChart:
    POINTS = (
        EventPoint(1, 2.0, 1.0, 3.0),
        EventPoint(-1, 0.0, None, None),
        EventPoint(0, 1.0, -0.5, 2.5),
        EventPoint(-2, -0.4, -1.0, 0.2),
    )

    def test_orders_periods_and_writes_them_with_their_sign(self):
        chart = event_study_chart(slug="x", title="T", points=self.POINTS, unit="%")

        assert [row[0] for row in chart.table.rows] == ["\u22122", "\u22121", "0", "+1"]

    def test_draws_an_interval_only_where_there_is_one(self):
        chart = event_study_chart(slug="x", title="T", points=self.POINTS, unit="%")

        strokes = re.findall(r'stroke="var\(--jalon-data-1\)" stroke-width="2"', chart.svg)
        assert len(strokes) == 3

    def test_says_what_the_years_before_should_look_like(self):
        chart = event_study_chart(slug="x", title="T", points=self.POINTS, unit="%")

        assert "avant : devrait rester à zéro" in _texts(chart.svg)


class TestExport:
    def test_of_the_drawing_needs_no_style_sheet(self):
        chart = bar_chart(slug="x", title="T", header=("A", "B"), bars=[Bar("2018", 2)])

        assert "var(" in chart.svg
        assert "var(" not in chart.standalone_svg()
        assert "#000091" in chart.standalone_svg()

    def test_of_the_table_opens_in_a_french_spreadsheet(self):
        chart = bar_chart(slug="x", title="T", header=("Année", "Part"), bars=[Bar("2018", 2.5)])

        assert chart.table.csv() == "\ufeffAnnée;Part\r\n2018;2,5\r\n"
