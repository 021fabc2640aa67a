"""Inspect data files: which they are, which columns they have, how many rows."""
