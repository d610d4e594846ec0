"""The lake of this installation."""

from functools import cache

from django.conf import settings

from jalon.lake.store import Lake


@cache
def current_lake() -> Lake:
    """Open the lake of JALON_HOME, once a process; an absent lake answers empty."""
    return Lake(settings.JALON_HOME / "lake")


def lake_stamp() -> int:
    """Tell states of the lake apart; 0 while there is none."""
    try:
        return current_lake().manifest_path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
