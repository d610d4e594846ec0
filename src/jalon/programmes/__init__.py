"""The national programmes: their catalogue, their official lists, their cohorts."""
