"""`/series` and the file of an indicator, on a lake written by the product itself."""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from django.http import HttpResponse
from django.test import Client

from jalon.lake.catalogue import get_source
from jalon.lake.country import Country
from jalon.lake.fetch import FetchedSource
from jalon.lake.parquetfile import connect
from jalon.lake.reading import Observations, Reading
from jalon.lake.report import ValidationReport
from jalon.lake.store import Lake
from jalon.portal import lake_access
from jalon.portal.api import streams
from jalon.portal.described import descriptions
from tests.lake.small import small_country

pytestmark = [pytest.mark.database, pytest.mark.django_db]
API = "/api/v1"
FILE = f"{API}/indicateurs/population/observations.parquet"
FIGURES = [
    ("population", "COMMUNE", "60057", 2021, 55_900.0, None, None),
    ("population", "COMMUNE", "60057", 2022, 56_000.0, None, None),
    ("population", "COMMUNE", "60057", 2023, 56_605.0, None, None),
    ("population", "COMMUNE", "60159", 2022, 40_700.5, None, None),
    ("population", "COMMUNE", "60159", 2023, 40_808.0, None, None),
    ("population", "DEPARTEMENT", "60", 2023, 829_419.0, None, None),
]
TURNOUT = [("participation-presidentielle", "COMMUNE", "60057", 2022, 68.25, 21_840.0, 32_000.0)]


def reading(slug: str, figures: list[tuple[object, ...]], sha256: str = "a") -> Reading:
    """Make what reading a source would give."""
    connection = connect()
    connection.execute(
        "CREATE TABLE observations (indicator TEXT, grain TEXT, code TEXT, period INTEGER, "
        "value DOUBLE, numerator DOUBLE, denominator DOUBLE, status TEXT)"
    )
    rows = [figure if len(figure) == 8 else (*figure, None) for figure in figures]
    connection.executemany("INSERT INTO observations VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    fetched = FetchedSource(
        slug, {}, sha256 * 64, "miroir", dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
    )
    return Reading(
        get_source(slug),
        fetched,
        ValidationReport(slug),
        observations=Observations(connection, "observations", len(figures)),
    )


@pytest.fixture
def country() -> Country:
    return small_country()


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, country: Country) -> Iterator[Lake]:
    """Write a lake of two sources, in place of that of JALON_HOME."""
    written = Lake(tmp_path / "lake")
    written.store(reading("population-communes", FIGURES), country, descriptions())
    written.store(reading("participation-elections", TURNOUT), country, descriptions())
    monkeypatch.setattr(lake_access, "Lake", lambda _root: written)
    lake_access.current_lake.cache_clear()
    yield written
    lake_access.current_lake.cache_clear()


def text_of(response: HttpResponse) -> str:
    return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]


@pytest.mark.usefixtures("lake")
class TestPage:
    def test_gives_a_territory_over_time_with_its_source(self, client: Client) -> None:
        page = client.get(f"{API}/series?indicateur=population&codes=60057").json()

        assert [(one["annee"], one["valeur"]) for one in page["resultats"]] == [
            (2021, 55_900), (2022, 56_000), (2023, 56_605),
        ]  # fmt: skip
        assert page["indicateurs"][0]["unite"] == "habitants"
        assert page["provenance"][0]["millesime"] == get_source("population-communes").vintage
        assert page["provenance"][0]["empreinte"] == "a" * 64

    def test_gives_several_territories_and_indicators(self, client: Client) -> None:
        names = "participation-presidentielle,population"
        page = client.get(
            f"{API}/series?indicateur={names}&codes=60159,60057&annee=2022"
        ).json()  # fmt: skip

        assert [(one["indicateur"], one["code"]) for one in page["resultats"]] == [
            ("participation-presidentielle", "60057"), ("population", "60057"),
            ("population", "60159"),
        ]  # fmt: skip
        assert page["resultats"][0]["numerateur"] == 21_840
        assert len(page["provenance"]) == 2

    def test_gives_one_year_of_every_territory_by_pages(self, client: Client) -> None:
        page = client.get(f"{API}/series?indicateur=population&annee=2023&limit=1").json()
        following = client.get(page["suivant"]).json()

        assert page["total"] == 2
        assert [page["resultats"][0]["code"], following["resultats"][0]["code"]] == [
            "60057", "60159",
        ]  # fmt: skip
        assert following["suivant"] is None

    def test_bounds_the_years(self, client: Client) -> None:
        query = "indicateur=population&codes=60057&debut=2022&fin=2022"

        assert client.get(f"{API}/series?{query}").json()["annees"] == [2022]

    def test_takes_another_grain(self, client: Client) -> None:
        query = "indicateur=population&maille=departement&annee=2023"

        assert client.get(f"{API}/series?{query}").json()["resultats"][0]["code"] == "60"

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ("indicateur=population", "format=csv"),
            ("indicateur=population,participation-presidentielle&annee=2022", "format=csv"),
            ("indicateur=population&codes=" + ",".join(f"{n:05}" for n in range(201)), "200"),
            ("indicateur=" + ",".join(f"i{n}" for n in range(11)), "10 valeurs"),
            ("indicateur=population&debut=2023&fin=2022", "précéder"),
            (
                "indicateur=population,participation-presidentielle&format=parquet",
                "un seul indicateur",
            ),
        ],
    )
    def test_refuses_beyond_its_limits(self, client: Client, query: str, message: str) -> None:
        response = client.get(f"{API}/series?{query}")

        assert response.status_code == 422
        assert message in response.json()["detail"]

    @pytest.mark.parametrize(
        "query",
        ["indicateur=population&annee=1950", "indicateur=bonheur", "indicateur=emploi-prive"],
    )
    def test_says_when_there_is_no_figure(self, client: Client, query: str) -> None:
        assert client.get(f"{API}/series?{query}").status_code == 404


# A stream that is closed ends its request, and the application then closes its connection: on
# PostgreSQL, that of a test which holds a transaction open.
@pytest.mark.usefixtures("transactional_db", "lake")
class TestLines:
    def test_of_csv_are_every_year_then_every_code_with_their_source(self, client: Client) -> None:
        response = client.get(f"{API}/series?indicateur=population&format=csv&debut=2022")

        rows = list(csv.DictReader(io.StringIO(text_of(response))))

        assert response.streaming
        assert [(row["annee"], row["code"], row["valeur"]) for row in rows] == [
            ("2022", "60057", "56000.0"), ("2022", "60159", "40700.5"),
            ("2023", "60057", "56605.0"), ("2023", "60159", "40808.0"),
        ]  # fmt: skip
        assert rows[0]["source"] == "population-communes"
        assert rows[0]["unite"] == "habitants"
        assert rows[0]["licence"]
        assert rows[0]["simule"] == "non"
        assert rows[0]["numerateur"] == ""

    def test_of_ndjson_are_objects(self, client: Client) -> None:
        names = "population,participation-presidentielle"
        response = client.get(f"{API}/series?indicateur={names}&format=ndjson&codes=60057")

        rows = [json.loads(line) for line in text_of(response).splitlines()]

        assert [row["annee"] for row in rows] == [2021, 2022, 2023, 2022]
        assert rows[0]["numerateur"] is None
        assert rows[-1]["denominateur"] == 32_000
        assert rows[-1]["simule"] is False
        assert set(rows[0]) == set(rows[-1])

    def test_are_compressed_as_they_go(self, client: Client) -> None:
        address = f"{API}/series?indicateur=population&format=csv"

        response = client.get(address, headers={"Accept-Encoding": "gzip"})

        assert response["Content-Encoding"] == "gzip"
        assert response.streaming

    @pytest.mark.parametrize("form", ["csv", "ndjson", "parquet"])
    def test_are_not_sent_to_head(self, client: Client, form: str) -> None:
        response = client.head(f"{API}/series?indicateur=population&format={form}")

        assert response.status_code == 200
        assert response.content == b""
        assert f"population-commune.{form}" in response["Content-Disposition"]

    def test_hold_one_year_in_memory_at_a_time(self, client: Client) -> None:
        response = client.get(f"{API}/series?indicateur=population&format=csv")

        header, *lots = list(response.streaming_content)  # type: ignore[attr-defined]

        assert header.startswith(b"indicateur,maille,code")
        assert [lot.count(b"\n") for lot in lots] == [1, 2, 2]

    def test_wait_for_a_place_when_many_are_being_read(self, client: Client) -> None:
        address = f"{API}/series?indicateur=population&format=csv"
        being_read = [client.get(address) for _ in range(streams.MOST_STREAMS)]

        refused = client.get(address)
        for response in being_read:
            response.close()

        assert refused.status_code == 503
        assert refused["Retry-After"] == "5"
        assert client.get(address).status_code == 200

    def test_give_their_place_back_once_read(self, client: Client) -> None:
        address = f"{API}/series?indicateur=population&format=csv"

        statuses = []
        for _ in range(streams.MOST_STREAMS + 1):
            response = client.get(address)
            statuses.append(response.status_code)
            text_of(response)

        assert set(statuses) == {200}


class TestSecret:
    """A figure kept secret has a line, without value, in every format; zero and missing differ."""

    @pytest.fixture(autouse=True)
    def hidden(self, lake: Lake, country: Country) -> None:
        kept = ("population", "COMMUNE", "60159", 2022, None, None, None, "SECRET")
        zero = ("population", "COMMUNE", "60057", 2022, 0.0, None, None, None)
        lake.store(reading("population-communes", [zero, kept], "b"), country, descriptions())

    @pytest.mark.parametrize("asked", ["annee=2022", "codes=60057,60159,60001"])
    def test_is_null_in_json(self, client: Client, asked: str) -> None:
        page = client.get(f"{API}/series?indicateur=population&{asked}").json()

        assert [(one["code"], one["valeur"], one["statut"]) for one in page["resultats"]] == [
            ("60057", 0, "observe"), ("60159", None, "secret"),
        ]  # fmt: skip

    @pytest.mark.parametrize("asked", ["annee=2022", "codes=60057,60159,60001"])
    def test_is_an_empty_cell_in_csv(self, client: Client, asked: str) -> None:
        response = client.get(f"{API}/series?indicateur=population&format=csv&{asked}")

        rows = list(csv.DictReader(io.StringIO(text_of(response))))

        assert [(row["code"], row["valeur"], row["statut"]) for row in rows] == [
            ("60057", "0.0", "observe"), ("60159", "", "secret"),
        ]  # fmt: skip

    @pytest.mark.parametrize("asked", ["annee=2022", "codes=60057,60159,60001"])
    def test_is_null_in_ndjson(self, client: Client, asked: str) -> None:
        response = client.get(f"{API}/series?indicateur=population&format=ndjson&{asked}")

        rows = [json.loads(line) for line in text_of(response).splitlines()]

        assert [(row["code"], row["valeur"], row["statut"]) for row in rows] == [
            ("60057", 0, "observe"), ("60159", None, "secret"),
        ]  # fmt: skip

    def test_is_null_in_parquet(self, client: Client, tmp_path: Path) -> None:
        file = tmp_path / "some.parquet"
        response = client.get(f"{API}/series?indicateur=population&format=parquet")
        file.write_bytes(text_bytes(response))

        with duckdb.connect() as connection:
            found = connection.execute(
                "SELECT code, valeur, statut FROM read_parquet(?) ORDER BY code", [str(file)]
            ).fetchall()

        assert found == [("60057", 0, "observe"), ("60159", None, "secret")]


class TestSelectionInParquet:
    def test_holds_the_same_columns_as_the_csv(
        self, client: Client, lake: Lake, tmp_path: Path
    ) -> None:
        query = "indicateur=population&format=parquet&codes=60159&fin=2022"
        file = tmp_path / "some.parquet"

        file.write_bytes(text_bytes(client.get(f"{API}/series?{query}")))

        with duckdb.connect() as connection:
            found = connection.execute(
                "SELECT code, annee, valeur, indicateur, licence FROM read_parquet(?)", [str(file)]
            ).fetchall()
            csv_file = client.get(f"{API}/series?indicateur=population&format=csv")
            columns = text_of(csv_file).partition("\r\n")[0].split(",")
            names = connection.read_parquet(str(file)).columns
        assert [row[:4] for row in found] == [("60159", 2022, 40_700.5, "population")]
        assert all(licence for *_, licence in found)
        assert set(names) == set(columns)


def text_bytes(response: HttpResponse) -> bytes:
    if response.streaming:
        return b"".join(response.streaming_content)  # type: ignore[attr-defined]
    return response.content


@pytest.mark.usefixtures("lake")
class TestFile:
    def test_says_what_it_is(self, client: Client, tmp_path: Path) -> None:
        response = client.get(FILE)
        file = tmp_path / "population.parquet"
        file.write_bytes(text_bytes(response))

        with duckdb.connect() as connection:
            noted = {
                key.decode(): value.decode()
                for key, value in connection.execute(
                    "SELECT key, value FROM parquet_kv_metadata(?)", [str(file)]
                ).fetchall()
            }
            n = connection.read_parquet(str(file)).count("*").fetchone()

        source = get_source("population-communes")
        assert n == (len(FIGURES),)
        assert noted["source"] == "population-communes"
        assert noted["millesime"] == source.vintage
        assert noted["licence"] == source.licence
        assert noted["definition"] == descriptions()["population"]["definition"]
        assert noted["unite"] == "habitants"
        assert "population.parquet" in response["Content-Disposition"]

    @pytest.mark.parametrize(
        ("asked", "first", "last"),
        [("bytes=0-3", 0, 4), ("bytes=-4", -4, None), ("bytes=10-", 10, None)],
    )
    def test_is_read_by_pieces(
        self, client: Client, asked: str, first: int, last: int | None
    ) -> None:
        whole = text_bytes(client.get(FILE))

        piece = client.get(FILE, headers={"Range": asked, "Accept-Encoding": "gzip"})

        assert piece.status_code == 206
        assert text_bytes(piece) == whole[first:last]
        assert piece["Content-Range"].endswith(f"/{len(whole)}")
        assert piece["Content-Length"] == str(len(whole[first:last]))

    @pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
    def test_has_nothing_beyond_its_end(self, client: Client, asked: str) -> None:
        response = client.get(FILE, headers={"Range": asked})

        assert response.status_code == 416
        assert response["Content-Range"].startswith("bytes */")

    @pytest.mark.parametrize("asked", ["bytes=", "bytes=5-2-1", "lines=1-2", "bytes=0-1,4-5"])
    def test_is_whole_when_a_range_is_not_understood(self, client: Client, asked: str) -> None:
        assert client.get(FILE, headers={"Range": asked}).status_code == 200

    def test_is_whole_when_it_changed_since_the_first_piece(self, client: Client) -> None:
        etag = client.get(FILE)["ETag"]
        headers = {"Range": "bytes=0-3"}

        same = client.get(FILE, headers={**headers, "If-Range": etag})
        other = client.get(FILE, headers={**headers, "If-Range": '"autre"'})

        assert (same.status_code, other.status_code) == (206, 200)

    def test_is_not_sent_again_until_it_changes(
        self, client: Client, lake: Lake, country: Country
    ) -> None:
        etag = client.get(FILE)["ETag"]
        same = client.get(FILE, headers={"If-None-Match": etag})
        lake.store(reading("population-communes", FIGURES[:3], "b"), country, descriptions())

        other = client.get(FILE, headers={"If-None-Match": etag})

        assert (same.status_code, other.status_code) == (304, 200)

    def test_larger_than_a_megabyte_is_streamed(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = text_bytes(client.get(FILE))
        monkeypatch.setattr(streams, "_AT_ONCE", 100)

        response = client.get(FILE)

        assert response.streaming
        assert response["Content-Length"] == str(len(whole))
        assert text_bytes(response) == whole

    @pytest.mark.parametrize("code", ["bonheur", "emploi-prive"])
    def test_is_absent_when_nothing_was_imported(self, client: Client, code: str) -> None:
        address = f"{API}/indicateurs/{code}/observations.parquet"

        assert client.get(address).status_code == 404
