"""Every source of the mirror, against the totals its publishers give."""

import re
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date

import pytest

from jalon.lake.catalogue import PROGRAMMES, SOURCES, ZONINGS
from jalon.lake.codes import Outcome
from jalon.lake.country import read_country
from jalon.lake.errors import SourceAbsentError, SourceRefusedError
from jalon.lake.fetch import Places, fetch
from jalon.lake.readers import read_source
from jalon.lake.series import ROUNDS
from jalon.lake.store import Lake

pytestmark = pytest.mark.realdata

# Declared, with their official page; the mirror does not have them.
ABSENT = {
    "banatic", "contrats-ville", "fibre-arcep", "mobile-arcep", "frr", "qpv-2015",
    "qpv-2015-contours", "qpv-2024-contours",
}  # fmt: skip
# They hold one part of a commune split since 2019, whose figure is nobody's.
WITHHELD = {"UNITE_URBAINE": {"14112", "85213"}}


@pytest.fixture(scope="module")
def places(mirror, decoupage, tmp_path_factory):
    return Places(tmp_path_factory.mktemp("accueil"), mirror, decoupage)


@pytest.fixture(scope="module")
def fetched(places):
    held = [source for source in SOURCES if source.slug not in ABSENT]
    return {source.slug: fetch(source, places, is_online=False) for source in held}


@pytest.fixture(scope="module")
def country(fetched):
    return read_country(fetched)


@pytest.fixture(scope="module")
def readings(fetched, country):
    """Read every source, once."""
    return {s.slug: read_source(s, fetched[s.slug], country) for s in SOURCES if s.slug in fetched}


@pytest.fixture(scope="module")
def lake(readings, country, places):
    """Store every source, once."""
    lake = Lake(places.home / "lake")
    for reading in readings.values():
        lake.store(reading, country)
    lake.collect()
    return lake


@pytest.fixture(scope="module")
def urssaf(mirror, lake):
    """Give Urssaf's own rows: jobs by code, for each level and year."""
    path = str(mirror / "panels" / "urssaf_emploi_prive_2014_2024.parquet")
    found = defaultdict(dict)
    query = "SELECT echelon, year, code, eff_total FROM read_parquet(?)"
    for level, year, code, jobs in lake._rows(query, [path]):
        found[level, year][code.zfill(2) if level in ("dep", "reg") else code] = jobs
    return found


def _in(membership, grain):
    return membership.child_kind == "COMMUNE" and membership.parent_kind == grain


def _is_quartier_in_commune(membership):
    return membership.child_kind == "QPV" and membership.parent_kind == "COMMUNE"


def _is_outside(code):
    """Say whether a row of Urssaf is what lies in no EPCI, unité urbaine or aire d'attraction."""
    return code == "ZZZZZZZZZ" or (code.endswith("000") and len(code) in (3, 5))


def by_programme(readings):
    found = defaultdict(set)
    for reading in readings.values():
        for row in reading.coverages:
            found[row.programme].add(row.intervention_code)
    return {programme: len(codes) for programme, codes in found.items()}


class TestTerritories:
    def test_has_every_territory(self, country):
        kinds = [row.kind for row in country.territories]

        assert kinds.count("COMMUNE") == 34_969
        assert sum(row.zone != "com" for row in country.communes) == 34_875
        assert kinds.count("EPCI") == 1_255
        assert kinds.count("DEPARTEMENT") == 101
        assert kinds.count("REGION") == 18
        assert kinds.count("COLLECTIVITE_OUTRE_MER") == 8
        assert kinds.count("ARRONDISSEMENT_MUNICIPAL") == 45
        assert kinds.count("COMMUNE_DELEGUEE") == 2_576

    def test_has_the_study_zones_and_the_quartiers(self, country):
        kinds = [row.kind for row in country.territories]

        assert kinds.count("ZONE_EMPLOI") == 306
        assert kinds.count("BASSIN_DE_VIE") == 1_707
        assert kinds.count("AAV") == 699
        assert kinds.count("UNITE_URBAINE") == 2_472
        assert kinds.count("QPV") == 1_493
        spanning = Counter(m.child_code for m in country.memberships if _is_quartier_in_commune(m))
        assert sum(n > 1 for n in spanning.values()) == 148

    def test_says_what_is_absent_and_where_it_is_published(self, places):
        for source in SOURCES:
            if source.slug in ABSENT:
                with pytest.raises(SourceAbsentError, match=re.escape(source.page_url)):
                    fetch(source, places, is_online=False)

    def test_agrees_with_insee_on_the_communes(self, readings):
        assert readings["cog-communes"].report.counts == {}

    def test_carries_the_former_codes(self, country):
        codes = country.codes

        assert codes.resolve("49144").code == "44180"  # changed département, then merged, one day
        assert codes.resolve("75116").code == "75056"
        assert codes.resolve("15141", on=date(2022, 1, 1)).outcome is Outcome.AMBIGUOUS
        assert codes.resolve("35020").candidates == ("35130", "35317")
        assert len({row.code for row in country.former_codes}) == 4_240

    def test_differs_from_the_list_of_former_codes_only_where_a_commune_was_split(self, country):
        codes = country.codes
        others = {
            old: codes.resolve(old)
            for old, listed in codes.former.items()
            if codes.resolve(old).code != listed
        }

        moved = {old for old, found in others.items() if found.outcome is Outcome.MOVED}
        assert moved == {"55273", "60455"}  # INSEE says which part holds them
        assert len(others) == 37


class TestProgrammes:
    def test_has_the_known_number_of_interventions(self, readings):
        assert by_programme(readings) == {
            "acv": 231, "pvd": 1_645, "va": 2_498, "ti-2018": 149, "ti-2023": 183,
            "france-services": 2_845, "ort": 1_896, "crte": 853,
            "acv2": 45, "avenir-montagnes-ingenierie": 61, "avenir-montagnes-mobilites": 98,
            "cites-educatives": 189, "cites-emploi": 91, "fabriques-prospectives": 19,
            "fabriques-territoire": 342, "frla": 70, "manufactures-proximite": 98, "pao": 99,
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("slug", "communes"), [("acv", 244), ("france-services", 2_619), ("crte", 34_944)]
    )
    def test_has_the_known_number_of_declared_communes(self, readings, slug, communes):
        assert len({row.declared_code for row in readings[slug].coverages}) == communes

    @pytest.mark.parametrize(
        ("slug", "undated"),
        [("acv", 7), ("pvd", 8), ("va", 40), ("ort", 8), ("france-services", 0)],
    )
    def test_counts_the_undated_ones(self, readings, slug, undated):
        assert sum(row.started_on is None for row in readings[slug].coverages) == undated

    def test_carries_the_eight_former_codes_of_villages_d_avenir(self, readings):
        rows = [r for r in readings["va"].coverages if r.code != r.declared_code]

        assert len(rows) == 8
        assert readings["va"].report.n_set_apart == 0

    @pytest.mark.parametrize(
        ("slug", "split"),
        [
            ("pvd", {"15141"}), ("france-services", {"15141"}), ("ort", {"15141"}), ("acv", set()),
            ("crte", {"15141", "60054", "85084"}), ("va", set()), ("autres-dispositifs", set()),
        ],
    )  # fmt: skip
    def test_reports_the_communes_split_since_the_list(self, readings, slug, split):
        problems = readings[slug].report.problems

        assert {p.value for p in problems if p.kind == "commune-separee"} == split

    def test_names_the_two_contracts_known_only_by_a_dissolved_grouping(self, readings):
        problems = readings["autres-dispositifs"].report.problems

        lost = {p.value for p in problems if p.kind == "intervention-perdue"}
        assert lost == {"amm-mas-25", "amm-vos-04"}

    def test_sets_apart_nothing_but_five_groupings_since_dissolved(self, readings):
        counts = {slug: r.report.n_set_apart for slug, r in readings.items() if r.coverages}

        assert counts.pop("autres-dispositifs") == 5
        assert set(counts.values()) == {0}


class TestCutLists:
    @pytest.mark.parametrize(
        "source",
        [source for source in (*PROGRAMMES, *ZONINGS) if source.slug not in ABSENT],
        ids=lambda source: source.slug,
    )
    def test_a_list_cut_between_two_lines_is_refused(self, source, fetched, country, tmp_path):
        whole = fetched[source.slug].path.read_bytes().splitlines(keepends=True)
        cut = tmp_path / "liste.csv"
        cut.write_bytes(b"".join(whole[: len(whole) * 85 // 100]))

        with pytest.raises(SourceRefusedError, match=r"entre \d+ et \d+ attendus|fermé"):
            read_source(source, replace(fetched[source.slug], paths={"source": cut}), country)


class TestSeries:
    def test_private_jobs_add_up_to_the_total_of_urssaf(self, lake):
        france = {o.period: o.value for o in lake.series("emploi-prive", "FRANCE", ["FRANCE"])}

        assert (france[2014], france[2024]) == (17_614_085, 19_995_376)
        assert lake.periods("emploi-prive") == list(range(2014, 2025))

    def test_private_jobs_are_missing_where_they_cannot_be_known(self, lake):
        jobs = lake.snapshot("emploi-prive", "COMMUNE", 2024)

        assert not any(code.startswith("976") for code in jobs)
        assert not {"15141", "15031", "60694", "85165", "14666"} & set(jobs)
        assert sum(value == 0 for value in jobs.values()) > 4_000
        assert len(jobs) == 34_846

    @pytest.mark.parametrize(
        ("grain", "level"),
        [("EPCI", "epci"), ("DEPARTEMENT", "dep"), ("REGION", "reg"), ("BASSIN_DE_VIE", "bv"),
         ("UNITE_URBAINE", "uu"), ("AAV", "aav")],
    )  # fmt: skip
    @pytest.mark.parametrize("year", range(2014, 2025))
    def test_private_jobs_are_those_of_urssaf_and_of_the_codes_it_loses(
        self, lake, country, urssaf, grain, level, year
    ):
        """Urssaf's sums leave out the communes whose code changed since: 74 codes, 9,099 jobs."""
        parents = {m.child_code: m.parent_code for m in country.memberships if _in(m, grain)}
        lost = Counter()
        for code, jobs in urssaf["communes", year].items():
            if code in country.codes.current or code in country.codes.arrondissements:
                continue
            found = country.codes.resolve(code, on=date(2019, 12, 30))
            lost[parents.get((found.candidates or (found.code,))[0])] += jobs

        ours = lake.snapshot("emploi-prive", grain, year)
        published = {code: n for code, n in urssaf[level, year].items() if not _is_outside(code)}
        expected = {code: n + lost[code] for code, n in published.items()}
        expected |= {code: n for code, n in lost.items() if code and code not in published}

        assert ours == {c: n for c, n in expected.items() if c not in WITHHELD.get(grain, ())}
        assert year != 2024 or sum(lost.values()) == 9_099

    @pytest.mark.parametrize("year", range(2014, 2025))
    def test_private_jobs_of_zones_are_those_of_urssaf_but_for_five_communes(
        self, lake, urssaf, year
    ):
        """Urssaf keeps these former communes in the zone they were in before their merger."""
        moves = (("61310", "2801", "2812"), ("85021", "5213", "5216"), ("50272", "2810", "2806"),
                 ("25533", "2713", "2706"), ("28276", "2403", "2410"))  # fmt: skip
        expected = Counter(urssaf["ze", year])
        for code, before, today in moves:
            jobs = urssaf["communes", year].get(code, 0)
            expected[before] -= jobs
            expected[today] += jobs

        assert lake.snapshot("emploi-prive", "ZONE_EMPLOI", year) == dict(expected)

    def test_turnout_of_presidential_first_rounds_is_the_published_one(self, lake):
        rows = lake.series("participation-presidentielle", "FRANCE", ["FRANCE"])

        assert {row.period: round(row.value, 2) for row in rows} == {
            2002: 72.84, 2007: 85.33, 2012: 81.37, 2017: 80.02, 2022: 76.19,
        }  # fmt: skip

    @pytest.mark.parametrize("grain", ["COMMUNE", "DEPARTEMENT", "REGION"])
    def test_turnout_of_presidential_first_rounds_adds_up_on_todays_map(
        self, lake, mirror, country, grain
    ):
        """All is there but, commune by commune, what was declared in one that was shared since."""
        path = str(mirror / "panels" / "participation_communes_1999_2026.parquet")
        query = (
            "SELECT annee, code_commune, votants, inscrits FROM read_parquet(?) "
            "WHERE tour = 1 AND type = 'pres'"
        )
        lost = {Outcome.UNKNOWN} | ({Outcome.AMBIGUOUS} if grain == "COMMUNE" else set())
        declared = defaultdict(lambda: (0, 0))
        for year, code, voters, registered in lake._rows(query, [path]):
            if country.codes.resolve(code, on=ROUNDS["pres", year]).outcome not in lost:
                declared[year] = (declared[year][0] + voters, declared[year][1] + registered)

        rows = lake._rows(
            "SELECT period, sum(numerator), sum(denominator) FROM read_parquet(?) "
            "WHERE grain = ? GROUP BY period",
            lake._files("series/participation-presidentielle"),
            grain,
        )

        assert {year: (voters, registered) for year, voters, registered in rows} == declared

    def test_turnout_never_mixes_kinds_of_round(self, readings, lake):
        periods = {
            i: lake.periods(i) for i in readings["participation-elections"].source.indicators
        }

        assert periods == {
            "participation-presidentielle": [2002, 2007, 2012, 2017, 2022],
            "participation-legislative": [2002, 2007, 2012, 2017, 2022, 2024],
            "participation-europeenne": [1999, 2004, 2009, 2014, 2019, 2024],
            "participation-municipale": [2008, 2014, 2020, 2026],
            "participation-regionale": [2004, 2010, 2015, 2021],
            "participation-departementale": [2001, 2004, 2008, 2011, 2015, 2021],
        }

    def test_turnout_of_a_split_commune_is_its_own_only_since_the_split(self, lake):
        rows = lake.series("participation-europeenne", "COMMUNE", ["85084", "85165"])

        assert [(row.code, row.period) for row in rows] == [("85084", 2024), ("85165", 2024)]

    def test_population_of_2023(self, lake):
        france = lake.snapshot("population", "FRANCE", 2023)

        assert france == {"FRANCE": 68_350_798.0}
        assert len(lake.snapshot("population", "COMMUNE", 2023)) == 34_875
        assert len(lake.snapshot("population", "EPCI", 2023)) == 1_255

    def test_no_figure_stands_twice(self, lake):
        query = (
            "SELECT count(*) FROM (SELECT 1 FROM read_parquet(?) "
            "GROUP BY indicator, grain, code, period HAVING count(*) > 1)"
        )

        assert lake._rows(query, lake._files("by-code/")) == [(0,)]


class TestPlaces:
    def test_every_commune_has_a_density_and_an_outline(self, country, lake):
        assert len(lake.zoning("densite")) == 34_875
        assert len(lake.zoning("centralite")) == 34_746
        assert len(lake.zoning("montagne")) == 34_875
        assert Counter(lake.zoning("zrr").values()) == {
            "classée": 17_629, "non classée": 17_206, "partiellement classée": 40
        }  # fmt: skip
        outlined = {code for code, _ in lake.outlines("COMMUNE")}
        assert {row.code for row in country.communes if row.zone != "com"} <= outlined
        assert len(lake.outlines("DEPARTEMENT")) == 101
        assert len(lake.outlines("REGION")) == 18
        assert len(lake.outlines("EPCI")) == 1_255

    def test_the_map_is_light(self, lake):
        assert 5e6 < lake.tiles().stat().st_size < 20e6

    def test_the_lake_is_light(self, lake):
        status = lake.status()

        assert status.n_observations > 2_200_000
        assert status.n_bytes < 60e6


class TestIdempotence:
    def test_a_second_reading_writes_nothing(self, readings, country, lake):
        before = lake.manifest_path.read_bytes()

        assert not any(lake.store(reading, country) for reading in readings.values())

        assert lake.manifest_path.read_bytes() == before
