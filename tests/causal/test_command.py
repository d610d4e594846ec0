"""`jalon impact`, from the file to the terminal; no database is opened."""

import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from tests.causal.designs import Design

NAMES = ["--unit=commune", "--period=annee", "--outcome=emploi", "--cohort=cohorte"]


@pytest.fixture
def panel(tmp_path: Path) -> Path:
    table = Design(n_units=80, n_clusters=40, n_covariates=2).table(seed=2)
    path = tmp_path / "panel.csv"
    rows = np.column_stack([values.astype(str) for values in table.values()])
    path.write_text("\n".join(",".join(row) for row in [list(table), *rows.tolist()]))
    return path


def impact(path: Path, *arguments: str) -> str:
    out = StringIO()
    call_command("impact", str(path), *NAMES, *arguments, stdout=out)
    return out.getvalue()


class TestImpact:
    def test_prints_json_with_every_choice(self, panel: Path) -> None:
        document = json.loads(
            impact(
                panel, "--covariates=x1, x2", "--weights=poids", "--cluster=epci",
                "--control=notyet", "--method=reg", "--base=universal", "--anticipation=1",
                "--balance-e=1", "--draws=99", "--seed=4", "--alpha=0.1", "--format=json",
            )
        )  # fmt: skip

        assert document["schema"] == "jalon.impact/1"
        assert document["n_clusters"] <= 40
        chosen = ("control", "method", "base", "anticipation", "alpha", "se_kind", "band")
        assert [document[name] for name in chosen] == [
            "notyet", "reg", "universal", 1, 0.1, "bootstrap", "simultaneous"
        ]  # fmt: skip
        assert max(point["event_time"] for point in document["dynamic"]["event"]) == 1

    def test_prints_text_by_default(self, panel: Path) -> None:
        assert impact(panel).startswith("Effet moyen sur les unités traitées")

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--cohort=absente"], "Colonne absente : absente"),
            (["--alpha=2"], "alpha : un nombre entre 0 et 1"),
            (["--draws=-5"], "draws : un entier positif ou nul"),
        ],
    )
    def test_stops_with_one_clear_line(
        self, panel: Path, arguments: list[str], message: str
    ) -> None:
        with pytest.raises(CommandError) as error:
            impact(panel, *arguments)

        assert message in str(error.value)
        assert "\n" not in str(error.value)

    def test_advises_when_nobody_is_never_treated(self, panel: Path) -> None:
        treated = [line for line in panel.read_text().splitlines() if ",0," not in line[:14]]
        panel.write_text("\n".join(treated))

        with pytest.raises(CommandError, match="--control notyet"):
            impact(panel)
