"""Derive a predictor's first settings from a CSV file, for `agcdk init`."""
