"""Predict with the direct path's models, one module per family."""
