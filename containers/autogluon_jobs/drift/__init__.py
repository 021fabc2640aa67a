"""Compare what an endpoint was asked and answered with the training data."""
