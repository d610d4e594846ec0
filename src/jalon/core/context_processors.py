"""What every template may read."""

from django.conf import settings
from django.http import HttpRequest

from jalon.core.models import SourceImport


def site(request: HttpRequest) -> dict[str, object]:
    """Brand switch and the "données simulées" flag, without a query when it is already known."""
    return {
        "state_brand": settings.JALON_STATE_BRAND,
        "is_simulated": SourceImport.objects.are_simulated(),
    }
