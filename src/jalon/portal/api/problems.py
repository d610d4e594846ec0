"""Errors of the API: RFC 9457 `application/problem+json`, in French."""

import json
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.errors import HttpError, ValidationError

CONTENT_TYPE = "application/problem+json; charset=utf-8"

_TITLES = {
    400: "Demande mal formée",
    404: "Introuvable",
    405: "Méthode refusée",
    422: "Paramètre invalide",
    503: "Momentanément indisponible",
}
_REASONS = {
    "missing": "ce paramètre est obligatoire",
    "int_parsing": "un nombre entier est attendu",
    "date_from_datetime_parsing": "une date est attendue (AAAA-MM-JJ)",
    "enum": "cette valeur n’est pas acceptée ; valeurs acceptées : {expected}",
    "literal_error": "cette valeur n’est pas acceptée ; valeurs acceptées : {expected}",
    "greater_than_equal": "la valeur doit être au moins {ge}",
    "less_than_equal": "la valeur doit être au plus {le}",
    "string_too_long": "la valeur est trop longue ({max_length} caractères au plus)",
    "string_pattern_mismatch": "la valeur n’a pas la forme attendue",
}


class Problem(Schema):
    """Un refus expliqué (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


class ProblemError(Exception):
    """A request that cannot be answered, with its status and what to tell the caller."""

    def __init__(self, status: int, detail: str, **more: object) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.more = more


def problem(status: int, detail: str, **more: object) -> HttpResponse:
    """Answer with a problem document."""
    title = _TITLES.get(status) or HTTPStatus(status).phrase
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return HttpResponse(
        json.dumps(content, ensure_ascii=False), status=status, content_type=CONTENT_TYPE
    )


def answer_problem(_request: HttpRequest, error: ProblemError) -> HttpResponse:
    """Answer a request refused by Jalon."""
    response = problem(error.status, error.detail, **error.more)
    if error.status == 503:
        response["Retry-After"] = "5"
    return response


def answer_invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer 422, parameter by parameter."""
    errors = [
        {"parametre": str(fault["loc"][-1]), "message": _reason(fault)} for fault in error.errors
    ]
    detail = " ; ".join(f"« {e['parametre']} » : {e['message']}" for e in errors)
    return problem(422, f"{detail}.", erreurs=errors)


def _reason(fault: dict[str, object]) -> str:
    template = _REASONS.get(str(fault["type"]))
    context = fault.get("ctx")
    known = dict(context) if isinstance(context, dict) else {}
    if "expected" in known:
        known["expected"] = str(known["expected"]).replace(" or ", " ou ")
    return template.format_map(known) if template else _("cette valeur n’est pas acceptée")


def answer_http_error(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer an error raised by the framework."""
    return problem(error.status_code, str(error))
