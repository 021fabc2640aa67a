"""Compare captured requests with the training data."""
