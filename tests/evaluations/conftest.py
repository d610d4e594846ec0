"""The small country answered as a whole: frozen plans, results, and their panels."""

import pytest

from jalon.evaluations import services
from jalon.evaluations.declarations import Plan
from jalon.evaluations.models import EvaluationRun
from jalon.evaluations.samples import Readings
from tests.evaluations.small_country import small_country, small_plan
from tests.factories import ProgrammeFactory


class SmallReader:
    """Reads the small country in place of the register and the lake."""

    readings: Readings = small_country()
    imported = None
    missing: list[int] = []
    absent: list[str] = []

    def read(self, plan: Plan) -> Readings:
        return self.readings

    def missing_figures(self, plan: Plan) -> list[tuple[str, int]]:
        return [(plan.indicator, period) for period in self.missing]

    def missing_lists(self, plan: Plan) -> list[str]:
        return self.absent

    def imported_at(self, card, period):
        return self.imported


@pytest.fixture
def small_reader(monkeypatch, settings, tmp_path) -> type[SmallReader]:
    """Let the services read the small country; attributes of the class may be changed."""

    class Reader(SmallReader):
        """One for each test."""

    monkeypatch.setattr(services, "Reader", Reader)
    settings.JALON_HOME = tmp_path
    return Reader


@pytest.fixture
def acv(db):
    return ProgrammeFactory(code="acv", name="Action cœur de ville")


@pytest.fixture
def run(acv, small_reader) -> EvaluationRun:
    """Publish the small plan on the small country."""
    (run,) = services.evaluate([small_plan()])
    return run
