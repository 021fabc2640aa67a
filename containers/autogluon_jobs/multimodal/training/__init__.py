"""Train a multimodal predictor, judge it, and pack it."""
