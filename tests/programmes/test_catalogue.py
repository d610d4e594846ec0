"""The catalogue of programmes and the sources it names."""

from jalon.lake import catalogue as sources
from jalon.programmes.catalogue import all_programmes


class TestCatalogue:
    def test_describes_every_programme_that_a_source_brings_and_no_other(self) -> None:
        brought = {
            (programme, source.slug)
            for source in sources.SOURCES
            for programme in source.programmes
        }

        assert {(card.code, card.source_slug) for card in all_programmes()} == brought

    def test_says_what_each_is_for_in_a_sentence_of_its_own(self) -> None:
        purposes = [card.purpose for card in all_programmes()]

        assert len(set(purposes)) == len(purposes)
        assert all(40 < len(purpose) < 200 for purpose in purposes)
