"""A predictor's endpoint."""
