"""Evaluate tree ensembles on the direct path."""
