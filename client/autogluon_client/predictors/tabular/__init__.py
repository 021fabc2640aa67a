"""The tabular predictor."""
