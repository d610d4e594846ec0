"""Catalogue of indicators and their series."""
