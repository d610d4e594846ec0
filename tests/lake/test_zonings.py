"""Reading the zonings."""

from jalon.lake.reading import Label
from jalon.lake.zonings import read_zoning

from .small import fetched, small_country, small_source, write_csv


class TestReadZoning:
    def test_labels_each_commune_once_without_stray_spaces(self, tmp_path):
        path = write_csv(
            tmp_path,
            "insee_com,lib_com,niveau_centralite",
            "01004,Ambérieu, Centre local ",
            "01033,Valserhône, - undefined",
            "01004,Ambérieu,Centre majeur",
            "01091,Châtillon,Centre local",
        )
        source = small_source("centralite", max_rejected_share=1.0)

        reading = read_zoning(source, fetched("centralite", path), small_country())

        assert reading.labels == (Label("centralite", "01004", "Centre local"),)
        assert reading.report.counts == {"sans-classe": 1, "doublon": 1, "code-inconnu": 1}
