"""The routes that answer as the public API Géo does: communes, EPCI, départements, régions."""
