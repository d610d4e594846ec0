"""Filters that write figures and dates in French (`{% load french %}`)."""

import datetime as dt

from django import template
from django.utils import timezone

from jalon.core import french

register = template.Library()

register.filter("number", french.number)
register.filter("signed", french.signed)
register.filter("percent", french.percent)
register.filter("signed_percent", french.signed_percent)
register.filter("euros", french.euros)
register.filter("file_size", french.file_size)
register.simple_tag(french.interval, name="interval")


@register.filter
def french_date(value: dt.date | dt.datetime | str | None) -> str:
    """Write a date, an instant (in Paris time) or an ISO text as « 28 septembre 2018 »."""
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
        value = value.date()
    return french.date(value)
