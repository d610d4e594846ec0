"""Reading a request with API Géo's habits."""

import pytest
from django.http import QueryDict

from jalon.portal.api.geo.query import GeoQuery, read_query
from jalon.portal.api.problems import ProblemError

FILTERS = ("code", "codePostal", "type", "zone")


def read(query: str) -> GeoQuery:
    return read_query(QueryDict(query), FILTERS, has_point=True)


class TestReadQuery:
    def test_keeps_the_first_of_a_repeated_filter(self) -> None:
        assert read("codePostal=42000&codePostal=60000").filters == {"codePostal": ("42000",)}

    def test_keeps_every_type(self) -> None:
        assert read("type=a&type=b,c").filters == {"type": ("a", "b", "c")}

    def test_cuts_a_list_at_its_commas(self) -> None:
        assert read("zone=metro,drom").filters == {"zone": ("metro", "drom")}

    def test_counts_an_empty_filter_as_given(self) -> None:
        assert read("code=").filters == {"code": ("",)}

    def test_joins_repeated_names(self) -> None:
        assert read("nom=saint&nom=denis").name == "saint denis"

    def test_reads_a_bracketed_name_as_empty(self) -> None:
        assert read("nom[a]=b").name == ""

    def test_joins_repeated_fields(self) -> None:
        assert read("fields=nom,code&fields=population").fields == ("nom", "code", "population")

    @pytest.mark.parametrize(("text", "limit"), [("", None), ("0", 0), ("2.9", 2), ("7x", 7)])
    def test_reads_the_whole_number_that_begins_a_limit(self, text: str, limit: int | None) -> None:
        assert read(f"limit={text}").limit == limit

    @pytest.mark.parametrize("query", ["limit=abc", "limit=-1", "offset=-3", "limit=٣x"])
    def test_refuses_another_limit(self, query: str) -> None:
        with pytest.raises(ProblemError, match="nombre entier positif"):
            read(query)

    def test_reads_a_point(self) -> None:
        assert read("lat=49.43&lon=2.08").point == (49.43, 2.08)

    @pytest.mark.parametrize(
        "query", ["lat=49", "lon=2", "lat=abc&lon=2", "lat=95&lon=2", "lat=nan&lon=2"]
    )
    def test_refuses_a_wrong_or_partial_point(self, query: str) -> None:
        with pytest.raises(ProblemError, match="vont ensemble"):
            read(query)

    @pytest.mark.parametrize(
        "name", ["a" * 201, "+".join("abcdefghijklmnopqrstu"), "-".join("a" * 21)]
    )
    def test_refuses_a_name_that_nothing_could_bear(self, name: str) -> None:
        with pytest.raises(ProblemError, match="200 caractères et 20 mots au plus"):
            read(f"nom={name}")

    def test_ignores_an_unknown_parameter(self) -> None:
        assert not read("unknown=1&limit=1").is_filtered
