"""What every template may read."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from jalon.core.models import SourceImport

_SECONDS = 30


def site(request: HttpRequest) -> dict[str, object]:
    """Brand switch and "données simulées" flag; the register is asked twice a minute at most."""
    return {
        "state_brand": settings.JALON_STATE_BRAND,
        "is_simulated": cache.get_or_set(
            "core:is-simulated", SourceImport.objects.are_simulated, _SECONDS
        ),
    }
