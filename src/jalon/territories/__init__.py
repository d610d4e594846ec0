"""Every kind of territory, its parents, its former codes, and their search."""
