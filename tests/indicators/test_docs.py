"""The reference pages say what the cards declare."""

import re

from jalon.indicators.card import IndicatorCard
from jalon.indicators.card_tables import SeriesTable
from jalon.indicators.enums import Aggregation
from jalon.indicators.sources import all_sources
from tests.conftest import ROOT

LAKE = (ROOT / "docs" / "reference" / "sources-et-lac.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "guides" / "ajouter-un-indicateur.md").read_text(encoding="utf-8")


class TestReference:
    def test_lists_the_sources_that_cards_declare(self):
        table = LAKE.split("## Les sources que déclarent les fiches")[1].split("\n## ")[0]

        named = re.findall(r"^\| `([a-z0-9-]+)` \|", table, re.M)

        assert named == [source.slug for source in all_sources() if source.series]


class TestGuide:
    def test_tells_every_field_of_the_figures(self):
        said = set(re.findall(r"`(\w+)", GUIDE.split("Dans `series` :")[1].split("## ")[0]))

        assert set(SeriesTable.model_fields) <= said

    def test_tells_every_rule(self):
        assert all(f"`{rule}`" in GUIDE for rule in Aggregation.values)

    def test_names_only_fields_that_exist(self):
        table = GUIDE.split("## Ce que la fiche peut dire de plus")[1].split("Dans `series`")[0]

        named = [
            name
            for row in re.findall(r"^\| (`[^|]+) \|", table, re.M)
            for name in re.findall(r"`(\w+)`", row)
        ]

        assert named
        assert set(named) <= set(IndicatorCard.model_fields)
