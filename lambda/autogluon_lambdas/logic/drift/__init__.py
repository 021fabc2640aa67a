"""Compare what an endpoint was asked in a period with the training data."""
