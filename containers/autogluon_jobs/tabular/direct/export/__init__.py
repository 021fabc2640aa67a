"""Export a trained predictor for the direct path."""
