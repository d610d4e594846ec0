"""Plans, runs, verdicts and published results."""
