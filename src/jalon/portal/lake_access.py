"""The lake of this installation."""

from functools import cache

from django.conf import settings

from jalon.lake.store import Lake


@cache
def current_lake() -> Lake:
    """Open the lake of JALON_HOME, once a process; an absent lake answers empty."""
    return Lake(settings.JALON_HOME / "lake")
