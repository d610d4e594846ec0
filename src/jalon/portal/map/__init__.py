"""The map of France: what is chosen, its classes and values, its page and its tiles."""
