"""Answers kept in memory, up to so many bytes."""

from jalon.portal.api.kept import KeptAnswer, KeptAnswers


def answer(n_bytes: int) -> KeptAnswer:
    return KeptAnswer(b"x" * n_bytes, total=1)


class TestKeptAnswers:
    def test_writes_an_answer_once(self) -> None:
        kept, written = KeptAnswers(100_000), []

        def write() -> KeptAnswer:
            written.append(1)
            return answer(10)

        first, again = kept.get("a", write), kept.get("a", write)

        assert first is again
        assert len(written) == 1

    def test_lets_go_of_the_one_asked_for_longest_ago(self) -> None:
        kept = KeptAnswers(16_000)
        for key in "abcdefgh":
            kept.get(key, lambda: answer(1_400))
        kept.get("a", lambda: answer(0))

        kept.get("new", lambda: answer(1_400))

        assert kept.n_bytes <= 16_000
        assert len(kept.get("a", lambda: answer(0)).body) == 1_400
        assert len(kept.get("b", lambda: answer(0)).body) == 0

    def test_does_not_keep_one_so_large_that_others_would_leave(self) -> None:
        kept = KeptAnswers(16_000)

        kept.get("large", lambda: answer(3_000))

        assert kept.n_bytes == 0
        assert len(kept.get("large", lambda: answer(1)).body) == 1
