"""Pages that compose several domains, one module per subject."""
