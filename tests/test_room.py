"""The test room is hostile: these tests fail when it becomes kind."""

import socket
import warnings
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Origin, Template, engines

from tests.conftest import ROOT
from tests.settings import UndefinedVariableError


def template(source: str, name: str) -> Template:
    """Compile a template as if it stood in a file."""
    return Template(source, origin=Origin(name), engine=engines["django"].engine)


class TestRoom:
    def test_has_a_home_of_its_own(self) -> None:
        assert ROOT not in Path(settings.JALON_HOME).parents
        assert Path(settings.JALON_HOME).is_dir()

    def test_treats_warnings_as_errors(self) -> None:
        with pytest.raises(UserWarning, match="careful"):
            warnings.warn("careful", stacklevel=1)

    def test_has_no_network(self) -> None:
        with socket.socket() as far, pytest.raises(UserWarning, match="tried to use socket"):
            far.connect(("192.0.2.1", 80))

    def test_fails_on_an_undefined_variable_of_our_templates(self) -> None:
        ours = template("{{ missing.name }}", "/somewhere/src/jalon/core/templates/page.html")

        with pytest.raises(UndefinedVariableError, match=r"page\.html: « missing\.name »"):
            ours.render(Context())

    def test_leaves_the_templates_of_libraries_as_they_are(self) -> None:
        theirs = template("{{ missing|default:'kept' }}", "/lib/dsfr/templates/dsfr/tile.html")

        assert theirs.render(Context()) == "kept"
