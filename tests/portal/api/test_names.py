"""Finding a commune by its name: API Géo's order, and what it cannot find."""

import pytest

from jalon.portal.api.geo.names import NameIndex, letters, words

NAMES = [
    "Beauvais", "Beauvais-sur-Matha", "Marseille-en-Beauvaisis", "Montreuil", "Montreuillon",
    "Saint-Étienne", "Saint-Étienne-du-Bois", "L'Abergement-Clémenciat", "Mesnil-Roc'h",
    "La Rochelle", "Œuf-en-Ternois", "Sainte-Marie", "Strasbourg", "Ville-d'Avray",
]  # fmt: skip


@pytest.fixture(scope="module")
def index() -> NameIndex:
    return NameIndex(NAMES, order=range(len(NAMES)))


class TestWords:
    def test_drops_elisions_and_signs(self) -> None:
        assert words("L'Abergement-Clémenciat") == ["abergement", "clemenciat"]
        assert words("Mesnil-Roc'h") == ["mesnil", "roch"]

    def test_spells_out_ligatures(self) -> None:
        assert letters("Œuf") == "oeuf"

    def test_finds_no_word_in_digits(self) -> None:
        assert words("59000") == []


class TestSearch:
    @pytest.mark.parametrize(
        ("query", "first"),
        [
            ("beauvais", "Beauvais"),
            ("BEAUVAIS", "Beauvais"),
            ("Montreuil", "Montreuil"),
            ("saint et", "Saint-Étienne"),
            ("St Etienne", "Saint-Étienne"),
            ("ste marie", "Sainte-Marie"),
            ("LaRochelle", "La Rochelle"),
            ("mesnil-roc-h", "Mesnil-Roc'h"),
            ("mesnil roc h", "Mesnil-Roc'h"),
            ("l abergement", "L'Abergement-Clémenciat"),
            ("ville d avray", "Ville-d'Avray"),
            ("oeuf", "Œuf-en-Ternois"),
        ],
    )
    def test_puts_first(self, index: NameIndex, query: str, first: str) -> None:
        hits = index.search(query)

        assert NAMES[hits[0].position] == first

    def test_keeps_an_unfinished_word_as_it_is(self, index: NameIndex) -> None:
        found = {NAMES[hit.position] for hit in index.search("st")}

        assert found == {"Strasbourg"}

    @pytest.mark.parametrize("query", ["", "59000", "   ", "xyzzy", "''"])
    def test_finds_nothing(self, index: NameIndex, query: str) -> None:
        assert not index.search(query)

    def test_scores_by_the_cosine_of_rarities(self) -> None:
        index = NameIndex(["Rare", "Rare Commun", "Commun"], order=[0, 1, 2])

        scores = {hit.position: hit.score for hit in index.search("rare")}

        # Both words stand in two names of three, so weigh the same: cos 45° = 0.7071.
        assert scores == {0: pytest.approx(1.0), 1: pytest.approx(0.70710678)}

    def test_lets_inhabitants_raise_a_score(self) -> None:
        index = NameIndex(["Albi", "Albiac"], order=[0, 1], populations=[None, 200_000])

        plain = {hit.position: hit.score for hit in index.search("alb")}
        boosted = index.search("alb", is_boosted=True)

        assert [hit.position for hit in boosted] == [1, 0]
        assert boosted[0].score == pytest.approx(3 * plain[1])
        assert boosted[1].score == plain[0]
