"""Load a multimodal predictor and predict."""
