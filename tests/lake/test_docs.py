"""The reference page of the lake says what the code declares."""

import re

from jalon.lake.catalogue import SOURCES
from jalon.lake.simulate import get_truth
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "reference" / "sources-et-lac.md").read_text(encoding="utf-8")


SOURCES_TABLE = PAGE.split("## Les sources")[1].split("## D’où")[0]


class TestReferencePage:
    def test_lists_the_sources_in_the_order_they_are_read(self):
        assert re.findall(r"^\| `([a-z0-9-]+)` \|", SOURCES_TABLE, re.M) == [
            s.slug for s in SOURCES
        ]

    def test_says_which_ones_can_be_downloaded(self):
        said = dict(re.findall(r"^\| `([a-z0-9-]+)` \|.*\| ([^|]+) \|$", SOURCES_TABLE, re.M))

        for source in SOURCES:
            answers = (
                {"oui"}
                if source.files[0].url
                else {"en partie"}
                if source.live_files
                else {"non", "paquet npm"}
            )
            assert said[source.slug] in answers, source.slug

    def test_tells_every_true_effect_of_the_scenario(self):
        table = PAGE.split("## Le scénario simulé")[1]

        assert re.findall(r"^\| `([a-z-]+)` \| `([a-z-]+)` \|", table, re.M) == [
            (effect.programme, effect.indicator) for effect in get_truth().effects
        ]
