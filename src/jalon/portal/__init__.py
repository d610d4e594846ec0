"""Pages that compose several domains, and the commands that orchestrate them."""
