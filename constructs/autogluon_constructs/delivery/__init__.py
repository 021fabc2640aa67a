"""Delivery by Git: which tokens of a Git host are trusted, and what its CI may do."""
