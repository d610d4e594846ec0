"""Reading the Baromètre: cards from the metadata, the last figure of each year, every dated one."""

from datetime import date

import pytest

from jalon.lake.barometre import read_barometre
from jalon.lake.errors import SourceRefusedError

from .small import fetched, small_country, small_source

HEADER = "indic_id,enforce_zone_id,metric_enforce_date,maille,indic_vi,indic_va,indic_vc,indic_ta"
FIBRE = (
    "IND-306,FRANCE,2022-09-01,NAT,70.0,71.0,,",
    "IND-306,FRANCE,2022-12-01,NAT,,75.0,,",
    "IND-306,FRANCE,2023-12-01,NAT,,82.0,,",
    "IND-306,FRANCE,2024-06-01,NAT,,88.6,,62.1",
    "IND-306,FRANCE,2025-12-01,NAT,,,100.0,",
    "IND-306,D01,2023-12-01,DEPT,,80.5,,",
    "IND-306,D01,2024-06-01,DEPT,,,,",
    "IND-306,R84,2023-12-01,REG,,81.0,,",
)
META = (
    "indic_id,indic_parent_ch,indic_nom,indic_nom_baro,indic_descr,indic_descr_baro,tendance,"
    "indic_categorie_evolution",
    "IND-306,CH-011,,Taux de déploiement de la fibre,,Part des locaux raccordables,hausse,random",
    "IND-305,CH-011,,Nombre de pylônes,,,baisse,cumul_annuel",
)
PROJECTS = (
    "chantier_id,ch_nom,engagement_short",
    "CH-011,Assurer la couverture numérique,PROGRES",
)
COMMITMENTS = (
    "engagement_id,engagement_short,engagement_name",
    "2,PROGRES,Bâtir de nouveaux progrès",
)
FRANCE_ROW = ("FRANCE", "FRANCE")


def read(folder, *lines, meta=META, **changes):
    folder = folder / "barometre"
    folder.mkdir(exist_ok=True)
    contents = {
        "indicateurs": meta,
        "chantiers": PROJECTS,
        "engagements": COMMITMENTS,
        "ind-306": (HEADER, *(lines or FIBRE)),
    }
    for name, rows in contents.items():
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n")
    source = small_source("barometre", **changes)
    paths = [folder / f"{name}.csv" for name in contents]
    return read_barometre(source, fetched("barometre", *paths), small_country())


class TestFigures:
    def test_of_a_year_are_the_last_of_the_year(self, tmp_path):
        observed = (
            read(tmp_path)
            .observations.connection.execute(
                "SELECT grain, code, period, value FROM observations ORDER BY ALL"
            )
            .fetchall()
        )

        assert observed == [
            ("DEPARTEMENT", "01", 2023, 80.5),
            ("FRANCE", "FRANCE", 2022, 75.0),
            ("FRANCE", "FRANCE", 2023, 82.0),
            ("FRANCE", "FRANCE", 2024, 88.6),
            ("REGION", "84", 2023, 81.0),
        ]

    def test_keep_their_days_the_first_value_and_the_target(self, tmp_path):
        dated = {
            (one.kind, one.day): one.value
            for one in read(tmp_path).dated_values
            if (one.grain, one.code) == FRANCE_ROW
        }

        assert dated["initial", date(2022, 9, 1)] == 70.0
        assert dated["current", date(2022, 9, 1)] == 71.0
        assert dated["target", date(2025, 12, 1)] == 100.0
        assert dated["progress", date(2024, 6, 1)] == 62.1

    @pytest.mark.parametrize(
        ("line", "column", "message"),
        [
            ("IND-306,D01,2022-12-01,DEPT,,NaN,,", "indic_va", "« NaN » n’est pas un nombre"),
            ("IND-306,D01,2022-12-01,DEPT,,1e308,,", "indic_va", "dépasse toute grandeur"),
            (
                "IND-306,D99,2022-12-01,DEPT,,5,,",
                "enforce_zone_id",
                "« D99 » n’est pas un territoire",
            ),
            ("IND-306,D01,2023-12-01,DEPT,,5,,", "enforce_zone_id", "que la ligne 7"),
            ("IND-306,D01,,DEPT,,5,,", "metric_enforce_date", "un chiffre sans date"),
        ],
    )
    def test_that_are_wrong_are_refused_with_row_and_column(self, tmp_path, line, column, message):
        with pytest.raises(SourceRefusedError) as caught:
            read(tmp_path, *FIBRE, line)

        problem = caught.value.report.problems[0]
        assert (problem.row, problem.column) == (10, column)
        assert message in problem.message


class TestCards:
    def test_come_from_the_metadata(self, tmp_path):
        (card,) = read(tmp_path).cards

        assert card["code"] == "barometre-ind-306"
        assert card["name"] == "Taux de déploiement de la fibre"
        assert (card["unit"], card["scale"], card["direction"]) == ("%", "percent", "UP")
        assert card["theme"] == "Baromètre : Bâtir de nouveaux progrès"
        assert "chantier « Assurer la couverture numérique »" in card["definition"]

    def test_note_a_year_cut_short(self, tmp_path):
        (card,) = read(tmp_path).cards

        (noted,) = card["fitness"]["not_comparable"]
        assert noted == {
            "period": 2024,
            "reason": "Année incomplète : dernier relevé daté du 01/06/2024.",
        }

    def test_say_when_the_parts_are_in_another_unit_than_the_whole(self, tmp_path):
        lines = ("IND-306,FRANCE,2023-12-01,NAT,,29.9,,", "IND-306,D01,2023-12-01,DEPT,,6e9,,")

        (card,) = read(tmp_path, *lines).cards

        assert any("même unité" in limit for limit in card["limits"])

    def test_leave_out_figures_that_nothing_describes(self, tmp_path):
        reading = read(tmp_path, meta=META[:1])

        assert reading.cards == ()
        assert reading.dated_values == ()
        assert reading.report.counts["sans-fiche"] == 1

    def test_of_a_short_name_bear_that_of_their_project(self, tmp_path):
        meta = (META[0], META[1].replace("Taux de déploiement de la fibre", "Taux d'emploi"))

        (card,) = read(tmp_path, meta=meta).cards

        assert card["name"] == "Taux d’emploi (Assurer la couverture numérique)"
