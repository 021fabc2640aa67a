"""Train a time series predictor, judge it, and pack it."""
