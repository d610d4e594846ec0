"""The table of benchmarks says what was measured."""

from rich.console import Console

from benchmarks.__main__ import as_table, duration
from benchmarks.rows import US, Row, percentiles


class TestPercentiles:
    def test_are_values_that_were_observed(self) -> None:
        seconds = [float(n) for n in range(100, 0, -1)]

        assert percentiles(seconds) == {"p50": 51.0, "p95": 95.0}

    def test_of_one_measure_are_that_measure(self) -> None:
        assert percentiles([2.5]) == {"p50": 2.5, "p95": 2.5}


class TestTable:
    def test_says_how_many_times_longer_a_peer_took(self) -> None:
        rows = [
            Row(what="panel", who=US, p50=0.05, peak_mb=450.4),
            Row(what="panel", who="csdid", p50=1.5),
            Row(what="import", who=US, p50=90),
        ]
        console = Console(width=150)

        with console.capture() as printed:
            console.print(as_table(rows))

        peer = next(line for line in printed.get().splitlines() if "csdid" in line)
        assert "30.0" in peer
        assert "1.5 s" in peer

    def test_writes_durations_with_three_figures(self) -> None:
        assert [duration(s) for s in (None, 0.01234, 75.04)] == ["", "12.3 ms", "75 s"]
