"""Reading the official list of territories."""

import json

import pytest

from jalon.lake import country as countries
from jalon.lake.codes import Outcome
from jalon.lake.errors import SourceRefusedError

from .small import fetched, write_csv

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
    monkeypatch.setattr(countries, "_COMMUNES_BETWEEN", (1, 10))
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
            ("COMMUNE_DELEGUEE", "01018"): None,
        }

    def test_nests_them(self, package):
        country = countries.read_country({"territoires": package})

        parents = {m[2:] for m in country.memberships if m.child_code == "01033"}
        assert parents == {("EPCI", "240100891"), ("DEPARTEMENT", "01"), ("REGION", "84")}
        assert {m[2:] for m in country.memberships if m.child_code == "01018"} == {
            ("COMMUNE", "01033")
        }
        overseas = {m[2:] for m in country.memberships if m.child_code == "97701"}
        assert overseas == {("COLLECTIVITE_OUTRE_MER", "977")}

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

    def test_refuses_a_package_that_is_not_a_list(self, package, tmp_path):
        (tmp_path / "epci.json").write_text('[{"code": "2401')

        with pytest.raises(SourceRefusedError, match=r"epci.json n’est pas une liste"):
            countries.read_country({"territoires": package})

    def test_refuses_a_list_with_far_too_few_communes(self, package, monkeypatch):
        monkeypatch.setattr(countries, "_COMMUNES_BETWEEN", (30_000, 40_000))

        with pytest.raises(SourceRefusedError, match="communes : 3 trouvés"):
            countries.read_country({"territoires": package})


def _with_small_bounds():
    from .small import small_source

    return tuple(small_source(source.slug) for source in countries.catalogue.SOURCES)
