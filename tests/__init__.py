"""Tests: they mirror src/jalon, plus e2e (a real browser) and the repository itself."""
