"""Foundations shared by every domain: imports, layout, command base, errors."""
