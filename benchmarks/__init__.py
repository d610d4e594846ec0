"""Benchmarks: what Jalon costs, beside what one would take instead; measured, never asserted."""
