"""The declarations of the sources."""

import pytest

from jalon.lake.catalogue import SOURCES, get_source
from jalon.lake.errors import UnknownSourceError
from jalon.lake.source import SourceKind


class TestSources:
    def test_have_names_of_their_own(self):
        assert len({source.slug for source in SOURCES}) == len(SOURCES)

    def test_come_after_those_they_depend_on(self):
        known = set()
        for source in SOURCES:
            assert set(source.depends_on) <= known, source.slug
            known.add(source.slug)

    @pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.slug)
    def test_say_who_publishes_them_and_under_which_licence(self, source):
        assert source.publisher
        assert "Licence Ouverte" in source.licence
        assert source.page_url.startswith("https://")
        assert source.files

    def test_bring_each_programme_and_each_indicator_once(self):
        programmes = [slug for source in SOURCES for slug in source.programmes]
        indicators = [slug for source in SOURCES for slug in source.indicators]

        assert len(programmes) == len(set(programmes)) == 19
        assert len(indicators) == len(set(indicators)) == 10 + 2 + 106

    def test_declare_the_rows_of_every_list(self):
        assert all(s.row for s in SOURCES if s.kind is SourceKind.PROGRAMME)


class TestGetSource:
    def test_names_the_known_sources_when_there_is_none(self):
        with pytest.raises(UnknownSourceError, match=r"« acvv ». Sources connues : territoires, "):
            get_source("acvv")
