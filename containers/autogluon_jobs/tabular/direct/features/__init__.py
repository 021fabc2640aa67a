"""Encode features for the direct path."""
