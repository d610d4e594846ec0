"""Reading the official list of territories."""

import json

import pytest

from jalon.lake import country as countries
from jalon.lake.codes import Outcome
from jalon.lake.errors import SourceRefusedError
from jalon.lake.events import EventKind
from jalon.lake.readers import read_source

from .small import fetched, small_source, write_csv

COMMUNES = [
    {"code": "01033", "nom": "Valserhône", "zone": "metro", "departement": "01", "region": "84",
     "type": "commune-actuelle", "siren": "200083863", "codesPostaux": ["01200"],
     "population": 16712, "anciensCodes": ["01091"]},
    {"code": "69123", "nom": "Lyon", "zone": "metro", "departement": "69", "region": "84",
     "type": "commune-actuelle", "siren": "216901231", "codesPostaux": ["69001"], "population": 10},
    {"code": "69381", "nom": "Lyon 1er", "zone": "metro", "departement": "69", "region": "84",
     "type": "arrondissement-municipal", "commune": "69123", "population": 4},
    {"code": "01018", "nom": "Arlod", "zone": "metro", "departement": "01", "region": "84",
     "type": "commune-associee", "chefLieu": "01033"},
    {"code": "97701", "nom": "Saint-Barthélemy", "zone": "com", "departement": "977",
     "region": "977", "type": "commune-actuelle", "population": 5},
    {"code": "01033", "nom": "Bellegarde-sur-Valserine", "zone": "metro", "departement": "01",
     "region": "84", "type": "commune-deleguee", "chefLieu": "01033"},
    {"code": "01091", "nom": "Châtillon-en-Michaille", "zone": "metro", "departement": "01",
     "region": "84", "type": "commune-deleguee", "chefLieu": "01033"},
]  # fmt: skip
LISTS = {
    "communes": COMMUNES,
    "epci": [{"code": "240100891", "nom": "CC", "type": "CC", "membres": [{"code": "01033"}]}],
    "ept": [],
    "departements": [
        {"code": "01", "nom": "Ain", "region": "84", "zone": "metro", "chefLieu": "01053"},
        {"code": "69", "nom": "Rhône", "region": "84", "zone": "metro", "chefLieu": "69123"},
        {"code": "977", "nom": "Saint-Barthélemy", "region": "977", "zone": "com"},
    ],
    "regions": [
        {"code": "84", "nom": "Auvergne-Rhône-Alpes", "zone": "metro"},
        {"code": "977", "nom": "Saint-Barthélemy", "zone": "com"},
    ],
}
MOVEMENTS = (
    "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TYPECOM_AP,COM_AP",
    "32,2019-01-01,COM,01091,COM,01033",
    "32,2019-01-01,COM,01091,COMD,01091",
)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Write a small package of territories."""
    monkeypatch.setattr(countries.catalogue, "SOURCES", _with_small_bounds())
    for name, content in LISTS.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    return fetched("territoires", *(tmp_path / f"{name}.json" for name in LISTS))


class TestReadCountry:
    def test_gives_each_kind_with_its_population(self, package):
        country = countries.read_country({"territoires": package})

        found = {(row.kind, row.code): row.population for row in country.territories}
        assert found == {
            ("FRANCE", "FRANCE"): 16722,
            ("REGION", "84"): 16722,
            ("DEPARTEMENT", "01"): 16712,
            ("DEPARTEMENT", "69"): 10,
            ("COLLECTIVITE_OUTRE_MER", "977"): 5,
            ("EPCI", "240100891"): 16712,
            ("COMMUNE", "01033"): 16712,
            ("COMMUNE", "69123"): 10,
            ("COMMUNE", "97701"): 5,
            ("ARRONDISSEMENT_MUNICIPAL", "69381"): 4,
            ("COMMUNE_DELEGUEE", "01033"): None,
            ("COMMUNE_DELEGUEE", "01091"): None,
            ("COMMUNE_DELEGUEE", "01018"): None,
        }

    def test_nests_them(self, package):
        country = countries.read_country({"territoires": package})

        parents = {m[2:4] for m in country.memberships if m[:2] == ("COMMUNE", "01033")}
        assert parents == {("EPCI", "240100891"), ("DEPARTEMENT", "01"), ("REGION", "84")}
        overseas = {m[2:4] for m in country.memberships if m.child_code == "97701"}
        assert overseas == {("COLLECTIVITE_OUTRE_MER", "977")}

    def test_keeps_communes_deleguees_apart_from_the_commune_that_holds_them(self, package):
        country = countries.read_country({"territoires": package})

        held = country.by_key["COMMUNE_DELEGUEE", "01033"]
        assert (held.name, held.legal_form, held.seat_code) == (
            "Bellegarde-sur-Valserine", "commune-deleguee", "01033"
        )  # fmt: skip
        parents = {m[2:4] for m in country.memberships if m.child_kind == "COMMUNE_DELEGUEE"}
        assert parents == {("COMMUNE", "01033"), ("DEPARTEMENT", "01"), ("REGION", "84")}

    def test_knows_former_codes_with_or_without_movements(self, package, tmp_path, monkeypatch):
        movements = fetched("cog-mouvements", write_csv(tmp_path, *MOVEMENTS))
        monkeypatch.setattr(countries.catalogue, "SOURCES", _with_small_bounds())

        alone = countries.read_country({"territoires": package})
        helped = countries.read_country({"territoires": package, "cog-mouvements": movements})

        assert alone.codes.resolve("01091").code == "01033"
        ceased = {row.code: str(row.ceased_on) for row in helped.former_codes}
        assert ceased["01091"] == "2019-01-01"
        assert alone.fingerprint != helped.fingerprint
        assert helped.codes.resolve("69381").outcome is Outcome.MOVED

    def test_finds_a_commune_by_a_siren_it_no_longer_has(self, package):
        country = countries.read_country({"territoires": package})

        assert country.find_siren("210100335") == ("COMMUNE", "01033", True)  # before the merger
        assert country.find_siren("210100913") == ("COMMUNE", "01033", True)  # of a merged one
        assert country.find_siren("210100336") is None  # a wrong check digit
        assert country.find_siren("200083863") == ("COMMUNE", "01033", False)

    def test_keeps_the_movements_of_communes_deleguees_out_of_the_codes(
        self, package, tmp_path, monkeypatch
    ):
        movements = fetched("cog-mouvements", write_csv(tmp_path, *MOVEMENTS))
        monkeypatch.setattr(countries.catalogue, "SOURCES", _with_small_bounds())

        country = countries.read_country({"territoires": package, "cog-mouvements": movements})

        (event,) = country.codes.lineage.events
        assert (event.kind, event.links) == (EventKind.NEW_COMMUNE, (("01091", "01033"),))
        assert [place.status for place in event.after] == ["COM", "COMD"]

    def test_sets_apart_a_movement_that_stands_twice(self, package, tmp_path, monkeypatch):
        lines = (*MOVEMENTS, *(f"31,1943-01-01,COM,{code},COM,01033" for code in range(60, 120)))
        movements = fetched("cog-mouvements", write_csv(tmp_path, *lines, MOVEMENTS[1]))
        monkeypatch.setattr(countries.catalogue, "SOURCES", _with_small_bounds())

        country = countries.read_country({"territoires": package, "cog-mouvements": movements})

        report = country.readings[1].report
        assert (report.n_rows, report.n_kept, report.n_set_apart) == (63, 62, 1)
        assert report.problems[0].row == 64

    def test_refuses_a_status_that_is_none(self, package, tmp_path, monkeypatch):
        lines = (*MOVEMENTS, "31,1943-01-01,VILLE,60057,COM,01033")
        movements = fetched("cog-mouvements", write_csv(tmp_path, *lines))
        monkeypatch.setattr(countries.catalogue, "SOURCES", _with_small_bounds())

        with pytest.raises(SourceRefusedError, match="« VILLE » n’est pas un statut"):
            countries.read_country({"territoires": package, "cog-mouvements": movements})

    def test_notes_a_modality_that_insee_did_not_have(self, package, tmp_path, monkeypatch):
        lines = (*MOVEMENTS, "99,2026-01-01,COM,01033,COM,01033")
        movements = fetched("cog-mouvements", write_csv(tmp_path, *lines))
        monkeypatch.setattr(countries.catalogue, "SOURCES", _with_small_bounds())

        country = countries.read_country({"territoires": package, "cog-mouvements": movements})

        (problem,) = country.readings[1].report.problems
        assert (problem.row, problem.column, problem.value) == (4, "MOD", "99")
        assert country.codes.lineage.events[-1].kind is EventKind.OTHER

    def test_notes_the_communes_of_insee_that_the_list_does_not_have(
        self, package, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(countries.catalogue, "SOURCES", _with_small_bounds())
        header = "TYPECOM,COM,COMPARENT"
        path = write_csv(tmp_path, header, "COM,01033,", "COM,01091,", "COMD,01018,01033")

        country = countries.read_country(
            {"territoires": package, "cog-communes": fetched("cog-communes", path)}
        )

        (problem,) = country.readings[1].report.problems
        assert (problem.row, problem.value) == (3, "01091")
        assert "devenue 01033" in problem.message

    def test_goes_without_the_quartiers_when_their_file_is_refused(self, package, tmp_path):
        path = tmp_path / "qpv.geojson"
        path.write_text("{")

        country = countries.read_country(
            {"territoires": package, "qpv-2024": fetched("qpv-2024", path)}
        )

        assert [reading.source.slug for reading in country.readings] == ["territoires"]
        with pytest.raises(SourceRefusedError, match="qpv-2024"):
            read_source(small_source("qpv-2024"), fetched("qpv-2024", path), country)

    def test_refuses_a_package_that_is_not_a_list(self, package, tmp_path):
        (tmp_path / "epci.json").write_text('[{"code": "2401')

        with pytest.raises(SourceRefusedError, match=r"epci.json n’est pas une liste"):
            countries.read_country({"territoires": package})

    @pytest.mark.parametrize(
        ("name", "changes", "reason"),
        [
            ("communes", {"nom": None}, "communes.json, élément 1 .01033. : « nom » est absent"),
            ("communes", {"type": None}, "« type » est absent"),
            ("communes", {"departement": 1}, "« departement » est absent ou n’est pas un texte"),
            ("communes", {"population": "16 712"}, "« population » n’est pas un nombre"),
            ("communes", {"population": float("nan")}, "« population » n’est pas un nombre"),
            ("communes", {"population": float("inf")}, "« population » n’est pas un nombre"),
            ("communes", {"population": 68_000_000}, "« population » n’est pas un nombre"),
            ("communes", {"code": "69123"}, "élément 2 .69123. : ce code revient"),
            ("communes", {"codesPostaux": 1200}, "« codesPostaux » n’est pas une liste"),
            ("epci", {"membres": None}, "« membres » n’est pas une liste"),
            ("regions", {"zone": None}, "« zone » est absent"),
        ],
    )
    def test_refuses_a_territory_that_cannot_be_read(
        self, package, tmp_path, name, changes, reason
    ):
        first, *others = LISTS[name]
        (tmp_path / f"{name}.json").write_text(json.dumps([{**first, **changes}, *others]))

        with pytest.raises(SourceRefusedError, match=reason):
            countries.read_country({"territoires": package})

    def test_refuses_a_list_with_far_too_few_communes(self, package, monkeypatch):
        monkeypatch.undo()

        with pytest.raises(SourceRefusedError, match="communes : 3 trouvés"):
            countries.read_country({"territoires": package})


def _with_small_bounds():
    from .small import small_source

    return tuple(small_source(source.slug) for source in countries.catalogue.SOURCES)
