"""Medicaid expansions and insurance (package HonestDiD): published event-study estimates."""

from pathlib import Path

import pytest

from jalon.causal import Columns, Options, estimate
from jalon.causal.read import read_panel

pytestmark = pytest.mark.realdata

PUBLISHED = {
    -5: -0.01249946194795, -4: -0.0066630762725, -3: -0.00379338582635, -2: -0.00494214186564,
    -1: 0.0, 0: 0.04527521014599, 1: 0.0650730547787, 2: 0.07592134156366, 3: 0.07255817192449,
    4: 0.07380453030268, 5: 0.0803199024363,
}  # fmt: skip


class TestEventStudy:
    def test_matches_the_published_coefficients(self, mirror: Path) -> None:
        columns = Columns(unit="stfips", period="year", cohort="yexp2", outcomes=("dins",))
        panel = read_panel(mirror / "benchmarks" / "medicaid_ehec.csv", columns)

        result = estimate(panel, "dins", Options(control="notyet", base="universal", draws=0))

        estimates = {point.label: point.estimate.att for point in result.dynamic.points}
        assert {e: estimates[e] for e in PUBLISHED} == pytest.approx(PUBLISHED, abs=1e-9, rel=0)
