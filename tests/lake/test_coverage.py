"""Reading the digital coverage of communes."""

import pytest

from jalon.lake.errors import SourceRefusedError
from jalon.lake.readers import read_source

from .small import fetched, small_country, small_source, write_csv


def read(slug, folder, *lines, **changes):
    source = small_source(slug, **changes)
    return read_source(source, fetched(slug, write_csv(folder, *lines)), small_country())


def figures(reading, grain="COMMUNE"):
    query = "SELECT code, period, round(value, 2) FROM observations WHERE grain = ? ORDER BY ALL"
    return reading.observations.connection.execute(query, [grain]).fetchall()


class TestFibre:
    def test_is_a_share_of_premises_that_adds_up(self, tmp_path):
        lines = ("INSEE_COM;NOM_COM;Locaux;ftth", "01004;Ambérieu;1000;900", "01033;V;3000;1500")

        reading = read("fibre-arcep", tmp_path, *lines)

        assert figures(reading) == [("01004", 2024, 90.0), ("01033", 2024, 50.0)]
        assert figures(reading, "EPCI") == [("240100883", 2024, 60.0)]

    def test_keeps_the_last_quarter_of_each_year(self, tmp_path):
        lines = (
            "code_insee,locaux,ftth,trimestre",
            "01004,1000,500,2023 T3",
            "01004,1000,600,2023 T4",
            "01004,1000,700,T4 2024",
        )

        reading = read("fibre-arcep", tmp_path, *lines)

        assert figures(reading) == [("01004", 2023, 60.0), ("01004", 2024, 70.0)]
        assert reading.report.counts["autre-trimestre"] == 1

    @pytest.mark.parametrize(
        ("cells", "kind"),
        [("1000,1200", "part-hors-bornes"), ("-1,0", "valeur-negative"), (",5", "valeur-absente"),
         ("1000,nan", "valeur-ftth"), ("1000,1e999", "valeur-ftth")],
    )  # fmt: skip
    def test_sets_apart_what_cannot_be(self, tmp_path, cells, kind):
        lines = ("insee_com,locaux,ftth", f"01004,{cells}", "01033,10,5")

        reading = read("fibre-arcep", tmp_path, *lines, max_rejected_share=1.0)

        assert figures(reading) == [("01033", 2024, 50.0)]
        assert reading.report.counts[kind] == 1
        assert reading.report.n_set_apart == 1

    def test_refuses_a_file_without_its_columns(self, tmp_path):
        with pytest.raises(SourceRefusedError, match="« ftth »"):
            read("fibre-arcep", tmp_path, "insee_com,locaux", "01004,10")


class TestMobile:
    def test_is_the_mean_of_operators_weighted_by_inhabitants(self, tmp_path):
        lines = (
            "code_insee;operateur;taux_pop_4g",
            "01004;Orange;100",
            "01004;Free;90,0",
            "01033;Orange;50",
            "01033;Free;50",
        )

        reading = read("mobile-arcep", tmp_path, *lines)

        assert figures(reading) == [("01004", 2024, 95.0), ("01033", 2024, 50.0)]
        covered = 15_000 * 0.95 + 16_000 * 0.5
        assert figures(reading, "EPCI") == [("240100883", 2024, round(covered / 310, 2))]

    def test_counts_an_operator_once(self, tmp_path):
        lines = ("code_insee,operateur,taux_pop_4g", "01004,Free,90", "01004,Free,10")

        reading = read("mobile-arcep", tmp_path, *lines, max_rejected_share=1.0)

        assert figures(reading) == [("01004", 2024, 90.0)]
        assert reading.report.counts["doublon"] == 1

    def test_sets_apart_a_share_above_one_hundred(self, tmp_path):
        lines = ("code_insee,operateur,taux_pop_4g", "01004,Free,190", "01004,Orange,80")

        reading = read("mobile-arcep", tmp_path, *lines, max_rejected_share=1.0)

        assert figures(reading) == [("01004", 2024, 80.0)]
