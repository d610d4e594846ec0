"""The schema of the API: OpenAPI 3.1, true to the answers, and its page of documentation."""

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from jalon.portal.api.assembly import api

PATHS = list(api.get_openapi_schema(path_prefix="")["paths"])


@pytest.fixture
def schema(transactional_db: None, oise: None) -> schemathesis.BaseSchema:
    """Read the schema from the application itself, in this process.

    Called as a server would, the application closes its connection after a request that leaves a
    transaction open, as every test of Django does but those that commit.
    """
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


class TestSchema:
    def test_documents_each_refusal(self, client: Client) -> None:
        document = client.get("/api/v1/openapi.json").json()

        assert document["openapi"] == "3.1.0"
        for path, operations in document["paths"].items():
            responses = operations["get"]["responses"]
            refused = {"404", "422", "400"} & set(responses)
            assert refused, path
            for status in refused:
                assert list(responses[status]["content"]) == ["application/problem+json"]

    @pytest.mark.parametrize("path", PATHS)
    def test_describes_every_answer(self, schema: schemathesis.BaseSchema, path: str) -> None:
        @given(case=schema[f"/api/v1{path}"]["GET"].as_strategy())
        @settings(max_examples=10, deadline=None)
        def check(case: schemathesis.Case) -> None:
            case.call_and_validate(
                headers={"Accept-Encoding": "identity"},
                checks=[
                    not_a_server_error,
                    status_code_conformance,
                    content_type_conformance,
                    response_headers_conformance,
                    response_schema_conformance,
                ],
            )

        check()


class TestDocumentation:
    @pytest.mark.usefixtures("oise")
    def test_names_every_route_and_parameter(self, client: Client) -> None:
        page = client.get("/api/v1/docs").content.decode()
        document = client.get("/api/v1/openapi.json").json()

        for path, operations in document["paths"].items():
            assert f"GET {path.removeprefix('/api/v1')}</code>" in page
            for parameter in operations["get"]["parameters"]:
                assert f"<code>{parameter['name']}</code>" in page

    def test_is_where_the_root_leads(self, client: Client) -> None:
        assert client.get("/api/v1/")["Location"] == "/api/v1/docs"
