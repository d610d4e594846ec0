"""API Géo's recorded answers, replayed: values and order must be the same, or a reason given.

Every exchange of the corpus is replayed. Those of `DEVIATIONS` are where Jalon answers better, or
does not hold the data; each says why and what is answered instead (docs/reference/api.md).
"""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from jalon.lake.fetch import Places
from jalon.portal import lake_access
from tests.conftest import MIRROR, NO_MIRROR
from tests.portal.api.territories_of_france import empty_register, load_territories
from tests.portal.lakes import LakeInMemory

CORPUS = MIRROR / "api-geo" / "corpus.jsonl"
EXCHANGES = (
    [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    if CORPUS.exists()
    else []
)
# API Géo was recorded on stand-in contours, and `_score` is a float: only their presence counts.
BY_SHAPE = {"_score", "centre", "contour", "bbox", "surface", "geometry"}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.realdata,
    pytest.mark.xdist_group("territories-of-france"),
    pytest.mark.skipif(not EXCHANGES, reason=NO_MIRROR),
]
Check = Callable[[HttpResponse], bool]


@dataclass(frozen=True)
class Deviation:
    """Why an answer differs, and what it is instead."""

    why: str
    check: Check


def whole(response: HttpResponse) -> bytes:
    """Give the bytes of an answer."""
    is_compressed = response.get("Content-Encoding") == "gzip"
    return gzip.decompress(response.content) if is_compressed else response.content


def body(response: HttpResponse) -> Any:
    """Read the JSON of an answer."""
    return json.loads(whole(response))


def names(*expected: str) -> Check:
    """Expect these names first, in this order."""
    return lambda response: [t["nom"] for t in body(response)][: len(expected)] == list(expected)


def codes(*expected: str) -> Check:
    """Expect exactly these codes, in this order."""
    return lambda response: [t["code"] for t in body(response)] == list(expected)


def problem(status: int) -> Check:
    """Expect an explained refusal."""

    def check(response: HttpResponse) -> bool:
        return (
            response.status_code == status
            and response["Content-Type"].startswith("application/problem+json")
            and len(body(response)["detail"]) > 20
        )

    return check


def same_keys_without(*missing: str) -> Check:
    """Expect the first recorded territory, key by key, but for what Jalon does not hold."""

    def check(response: HttpResponse) -> bool:
        exchange = next(e for e in EXCHANGES if PREFIX + e["path"] == full_path(response))
        recorded, answered = exchange["body"], body(response)
        if isinstance(recorded, list):
            recorded, answered = recorded[0], answered[0]
        kept = {key: value for key, value in recorded.items() if key not in missing}
        return comparable(answered) == comparable(kept) and list(answered) == list(kept)

    return check


def full_path(response: HttpResponse) -> str:
    request = response.wsgi_request  # type: ignore[attr-defined]
    return f"{request.path}?{request.META['QUERY_STRING']}".removesuffix("?")


EXACT_FIRST = "le nom exact vient d’abord"
COMMAS = "plusieurs valeurs séparées par des virgules"
READ_ONLY = "405 et l’en-tête Allow, plutôt que 401"
WRONG_POINT = "un point faux ou incomplet est refusé, plutôt que toute la France"
PREFIX = "/api/v1"

DEVIATIONS = {
    "GET /communes?nom=Montreuil&fields=nom&limit=4": Deviation(
        EXACT_FIRST, names("Montreuil", "Montreuil", "Montreuil", "Montreuillon")
    ),
    "GET /communes?nom=Saint-Martin&boost=population&fields=nom,code,population&limit=4": Deviation(
        EXACT_FIRST, codes("97801", "65392", "32389", "67426")
    ),
    "GET /communes?nom=LaRochelle&limit=3": Deviation(
        "les mots peuvent être collés", names("La Rochelle", "La Rochelle")
    ),
    "GET /communes?nom=mesnil-roc-h&codeDepartement=35": Deviation(
        "l’apostrophe peut être un trait d’union ou une espace", codes("35308")
    ),
    "GET /communes?nom=St%20Etienne&limit=3": Deviation(
        "St vaut Saint", names("Saint-Étienne", "Saint-Étienne-l'Allier")
    ),
    "GET /communes?lat=abc&lon=2.3&limit=2": Deviation(WRONG_POINT, problem(400)),
    "GET /communes?lat=95&lon=2.3&limit=2": Deviation(WRONG_POINT, problem(400)),
    "GET /communes?codeDepartement=60,80&limit=3": Deviation(
        COMMAS, codes("60001", "60002", "60003")
    ),
    "GET /communes?code=60057,75056": Deviation(COMMAS, codes("60057", "75056")),
    "GET /communes?fields=nom,code,codeParent,codesPostaux,siren,centre,surface,contour,mairie,"
    "bbox,codeEpci,epci,codeDepartement,departement,codeRegion,region,population,anciensCodes,"
    "deleguees,associees,zone,type&code=60057": Deviation(
        "la place des mairies n’est dans aucune source", same_keys_without("mairie")
    ),
    "GET /departements/60?format=geojson": Deviation(
        "les départements et les régions ont un contour",
        lambda response: body(response)["geometry"]["type"] == "Point",
    ),
    "GET /epcis/200067999?fields=nom,surface,bbox,centre,zone,type,financement": Deviation(
        "Jalon ne tient pas le mode de financement", same_keys_without("financement")
    ),
    "GET /": Deviation(
        "la racine mène à la documentation", lambda response: response.status_code == 302
    ),
    "GET /healthcheck": Deviation("l’état du service est dans « jalon doctor »", problem(404)),
    "GET /infos": Deviation("cette adresse ne disait rien", problem(404)),
    "PUT /communes/60057": Deviation(READ_ONLY, problem(405)),
    "POST /communes": Deviation(READ_ONLY, problem(405)),
    "GET /communes/60057 (If-None-Match)": Deviation(
        "l’ETag est celui de Jalon : celui d’API Géo ne vaut pas ici",
        lambda response: response.status_code == 200 and bool(response["ETag"]),
    ),
}


def key_of(exchange: dict[str, Any]) -> str:
    conditional = " (If-None-Match)" if exchange["status"] == 304 else ""
    return f"{exchange['method']} {exchange['path']}{conditional}"


def comparable(value: Any) -> Any:
    """Keep of a shape, or of a score, only that it is there."""
    if isinstance(value, list):
        return [comparable(one) for one in value]
    if isinstance(value, dict):
        return {
            key: (one is not None if key in BY_SHAPE else comparable(one))
            for key, one in value.items()
        }
    return value


@pytest.fixture(scope="module")
def france(
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
    mirror: Path,
    decoupage: Path,
) -> Iterator[None]:
    """Load the territories of France once for this file."""
    with django_db_blocker.unblock():
        places = Places(tmp_path_factory.mktemp("home"), mirror, decoupage)
        held = LakeInMemory(shapes=load_territories(places))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(lake_access, "Lake", lambda _root: held)
            lake_access.current_lake.cache_clear()
            yield
        lake_access.current_lake.cache_clear()
        empty_register()


def replay(client: Client, exchange: dict[str, Any]) -> HttpResponse:
    path, _, query = exchange["path"].partition("?")
    return client.generic(
        exchange["method"],
        PREFIX + path,
        QUERY_STRING=query,
        headers=exchange.get("request_headers"),
    )


@pytest.mark.usefixtures("france")
class TestRecordedExchanges:
    @pytest.mark.parametrize("exchange", EXCHANGES, ids=[key_of(e) for e in EXCHANGES])
    def test_answers_as_api_geo_or_says_why_not(
        self, client: Client, exchange: dict[str, Any]
    ) -> None:
        deviation = DEVIATIONS.get(key_of(exchange))

        response = replay(client, exchange)

        if deviation is not None:
            assert deviation.check(response), deviation.why
            return
        assert response.status_code == exchange["status"]
        if exchange["status"] >= 400:
            assert problem(exchange["status"])(response)
        elif exchange["method"] == "HEAD":
            assert response.content == b""
        elif exchange.get("truncated"):
            answered = body(response)
            assert len(answered) == exchange["count"]
            assert answered[:3] == exchange["body_first3"]
            assert answered[-1] == exchange["body_last"]
            # Shapes are those of other contours: only what holds none is the same to the byte.
            if not BY_SHAPE & set(answered[0]):
                assert hashlib.sha256(whole(response)).hexdigest() == exchange["sha256"]
        else:
            answered, recorded = comparable(body(response)), comparable(exchange["body"])
            assert json.dumps(answered) == json.dumps(recorded)  # the order of keys counts too

    def test_names_only_deviations_that_are_recorded(self) -> None:
        assert set(DEVIATIONS) <= {key_of(exchange) for exchange in EXCHANGES}

    def test_holds_the_whole_corpus(self) -> None:
        assert len(EXCHANGES) == 119
        assert len(DEVIATIONS) == 18

    def test_says_where_a_merged_commune_went(self, client: Client) -> None:
        response = client.get(f"{PREFIX}/communes/01039")

        assert response.status_code == 404
        assert body(response)["remplacePar"] == [{"code": "01138", "nom": "Culoz-Béon"}]
