"""Distances to the nearest France services: by hand on a few places, then on a small list."""

import numpy as np
import pytest

from jalon.lake.nearest import distances_km, read_nearest

from .small import fetched, small_country, small_source, write_parquet

BEAUVAIS, PARIS, SAINT_DENIS_REUNION = (49.4295, 2.0807), (48.8566, 2.3522), (-20.8789, 55.4481)


class TestDistances:
    def test_of_beauvais_to_paris(self):
        (km,) = distances_km(np.array([BEAUVAIS]), np.array([PARIS, SAINT_DENIS_REUNION]))

        assert km == pytest.approx(66.7, abs=0.2)  # haversine, by hand

    def test_of_a_place_to_itself_is_nothing(self):
        assert distances_km(np.array([PARIS]), np.array([PARIS]))[0] == pytest.approx(0, abs=1e-6)

    def test_across_the_date_line_is_short(self):
        (km,) = distances_km(np.array([(-13.3, 179.9)]), np.array([(-13.3, -179.9), (0.0, 0.0)]))

        assert km == pytest.approx(21.64, abs=0.05)


def write_files(folder, *services):
    folder = folder / "files"
    folder.mkdir()
    lines = ["id_fs,lib_fs,insee_com,latitude,longitude,labellisation_fs", *services]
    places = folder / "lieux.csv"
    places.write_text("\n".join(lines) + "\n")
    columns = "code_commune TEXT, centroid_lat DOUBLE, centroid_lon DOUBLE"
    rows = [("01004", 45.9622, 5.3739), ("01033", 46.1061, 5.8260), ("69123", 45.7589, 4.8414)]
    centres = write_parquet(folder, columns, rows).rename(folder / "communes.parquet")
    return fetched("distance-france-services", places, centres)


def figures(reading, indicator, grain):
    found = reading.observations.connection.execute(
        "SELECT code, period, value FROM observations WHERE indicator = ? AND grain = ?",
        [indicator, grain],
    ).fetchall()
    return {(code, period): value for code, period, value in found}


class TestReadNearest:
    AMBERIEU = "1,Ambérieu,01004,45.9622,5.3739,Espace labellisé 01/03/2021"
    VALSERHONE = "2,Valserhône,01033,46.1061,5.8260,Espace labellisé 01/03/2023"

    def read(self, tmp_path, *services):
        source = small_source("distance-france-services")
        return read_nearest(source, write_files(tmp_path, *services), small_country())

    def test_counts_a_place_from_the_year_of_its_label(self, tmp_path):
        reading = self.read(tmp_path, self.AMBERIEU, self.VALSERHONE)

        found = figures(reading, "distance-france-services", "COMMUNE")
        assert not [key for key in found if key[1] == 2020]
        assert found["01004", 2021] == pytest.approx(0, abs=1e-6)
        assert found["01033", 2021] == pytest.approx(38.4, abs=0.2)
        assert found["01033", 2023] == pytest.approx(0, abs=1e-6)

    def test_gives_the_share_of_inhabitants_within_twenty_km(self, tmp_path):
        reading = self.read(tmp_path, self.AMBERIEU, self.VALSERHONE)

        shares = figures(reading, "habitants-20-km-france-services", "DEPARTEMENT")
        assert shares["01", 2021] == pytest.approx(100 * 15_000 / 31_000)
        assert shares["01", 2024] == 100
        assert shares["69", 2024] == 0  # observed, and nobody: zero is a figure
        assert figures(reading, "habitants-20-km-france-services", "COMMUNE") == {}

    def test_weighs_the_distance_of_an_epci_by_population(self, tmp_path):
        reading = self.read(tmp_path, self.AMBERIEU)

        commune = figures(reading, "distance-france-services", "COMMUNE")["01033", 2022]
        epci = figures(reading, "distance-france-services", "EPCI")["240100883", 2022]
        assert epci == pytest.approx(commune * 16_000 / 31_000)

    def test_tells_a_place_without_coordinates(self, tmp_path):
        nowhere = "3,Ailleurs,01004,,,Espace labellisé 01/03/2020"

        reading = self.read(tmp_path, self.AMBERIEU, nowhere)

        problem = reading.report.problems[0]
        assert (problem.row, problem.column, problem.value) == (3, "latitude", "Ailleurs")
