"""The API put together: its routers, its errors, and its OpenAPI 3.1 schema."""

from typing import Any

from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from . import (
    comparables,
    evaluations,
    histoire,
    indicateurs,
    interventions,
    problems,
    programmes,
    series,
    territoires,
)
from .geo.routes import router as geo

_DESCRIPTION = """\
Données ouvertes sur l’action publique dans les territoires. Lecture seule, sans inscription ni clé.

Les routes du découpage administratif répondent comme l’API Géo publique (mêmes paramètres, mêmes \
clés, même ordre) ; les autres sont paginées. Chaque chiffre porte sa source, son millésime et sa \
licence. Quand le registre contient le scénario de démonstration, l’en-tête \
« Jalon-Donnees-Simulees » vaut « oui »."""


class JalonAPI(NinjaAPI):
    """The API, whose schema gives each problem its own media type."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        """Describe the API; an error is an `application/problem+json`."""
        schema = super().get_openapi_schema(*args, **kwargs)
        for operations in schema["paths"].values():
            for operation in operations.values():
                _document_bad_request(operation["responses"])
                for status, response in operation["responses"].items():
                    if status >= 400:
                        content = response["content"]
                        content["application/problem+json"] = content.pop("application/json")
        return schema


def _document_bad_request(responses: dict[Any, Any]) -> None:
    """Say that any address may be refused as a whole, for a NUL character (`core.middleware`)."""
    refused = next(status for status in responses if status >= 400)
    content = dict(responses[refused]["content"])
    responses.setdefault(400, {"description": "Bad Request", "content": content})


api = JalonAPI(
    title="API de Jalon",
    version="1.0.0",
    description=_DESCRIPTION,
    docs_url=None,
    urls_namespace="api",
)
api.add_router("", geo)
for _part in (
    territoires, histoire, comparables, programmes, interventions, indicateurs, series, evaluations
):  # fmt: skip
    api.add_router("", _part.router)
api.exception_handler(problems.ProblemError)(problems.answer_problem)
api.exception_handler(ValidationError)(problems.answer_invalid)
api.exception_handler(HttpError)(problems.answer_http_error)
