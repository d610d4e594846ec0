"""Settings of the test room: those of the site, in a throw-away home, with no tolerance."""

import atexit
import os
import shutil
import sys
import tempfile

_home = tempfile.mkdtemp(prefix="jalon-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["JALON_HOME"] = _home
os.mkdir(f"{_home}/static")  # WhiteNoise warns when its folder is missing

from jalon.config.settings import *  # noqa: E402, F403  (the home is read when they are imported)
from jalon.config.settings import STORAGES, TEMPLATES  # noqa: E402


class UndefinedVariableError(Exception):
    """A template of ours reads a variable that nobody gave it."""


class _Undefined(str):
    """What Django uses for an undefined variable: an error in our templates, empty in others.

    Django asks whether it is true before anything else; that is where the template is known.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        variable, origin = _being_rendered()
        if "/src/jalon/" in origin:
            raise UndefinedVariableError(f"{origin}: « {variable} » is not defined")
        return False


def _being_rendered() -> tuple[str, str]:
    """Name the variable being resolved, and the file of the template that holds it."""
    variable = ""
    frame = sys._getframe(2)
    while frame is not None:
        owner = frame.f_locals.get("self")
        if type(owner).__name__ == "FilterExpression":
            variable = variable or str(owner.var)  # type: ignore[union-attr]
        elif origin := getattr(owner, "origin", None):
            return variable, str(origin)
        frame = frame.f_back
    return variable, ""


for _engine in TEMPLATES:
    _engine["OPTIONS"]["string_if_invalid"] = _Undefined()

# The manifest of hashed names is made by `collectstatic`; tests/e2e runs the site with it.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
