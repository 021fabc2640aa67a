"""Predictors that a person's own script or image trains."""
