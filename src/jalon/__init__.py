"""Jalon: decide together, act, follow, measure honestly, decide again."""
