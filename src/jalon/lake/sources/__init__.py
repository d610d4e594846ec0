"""The declarations of the sources, one file a kind; `jalon.lake.catalogue` puts them in order."""
