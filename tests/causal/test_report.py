"""The result as a reader sees it at a terminal."""

from jalon.causal import Options, estimate
from jalon.causal.report import render_text
from tests.causal.designs import Design, panel_of

TABLE = Design(n_units=80).table(seed=2)


class TestRenderText:
    def test_says_what_was_compared_and_how(self) -> None:
        text = render_text(estimate(panel_of(TABLE), "emploi", Options(base="universal")))

        assert "80 unités, dont " in text
        assert "périodes 2010 à 2015." in text
        assert "méthode : doublement robuste ; base universelle" in text
        assert "bandes simultanées à 95 %" in text
        assert "Tendances avant traitement, test joint de Wald :" in text
        assert "Attention : Cohortes de moins de 20 unités" in text

    def test_writes_figures_as_the_french_do(self) -> None:
        result = estimate(panel_of(TABLE), "emploi", Options(draws=0))

        text = render_text(result)

        assert f"{result.simple.att:.5g}".replace(".", ",") in text
        assert "intervalles à 95 %, point par point" in text
        assert "nan" not in text.lower()

    def test_shows_a_dash_where_there_is_no_figure(self) -> None:
        result = estimate(panel_of(TABLE), "emploi", Options(base="universal", draws=0))

        (line,) = [line for line in render_text(result).splitlines() if line.startswith("  −1 ")]
        assert line.split() == ["−1", "0", "–", "–", "–"]
