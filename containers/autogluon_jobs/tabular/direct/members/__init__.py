"""The direct path's models, one module per family."""
