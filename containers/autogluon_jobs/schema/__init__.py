"""Describe what a predictor takes: features, kinds, and tables of feature values."""
