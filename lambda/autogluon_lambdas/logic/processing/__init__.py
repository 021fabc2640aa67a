"""Run a predictor's script on data, or describe data."""
