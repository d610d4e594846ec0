"""Choosing the reader of a source, and what becomes of a file that no reader expected."""

import pytest

from jalon.lake import readers
from jalon.lake.errors import SourceRefusedError

from .small import fetched, small_country, small_source, write_csv


class TestReadSource:
    def test_refuses_in_french_what_no_reader_expected(self, tmp_path, monkeypatch):
        def stumble(*_):
            raise KeyError("properties")

        monkeypatch.setattr(readers, "read_zoning", stumble)
        path = write_csv(tmp_path, "insee_com")

        with pytest.raises(SourceRefusedError, match="n’a pas la forme déclarée") as refused:
            readers.read_source(small_source("densite"), fetched("densite", path), small_country())

        assert "KeyError : 'properties'" in str(refused.value)
