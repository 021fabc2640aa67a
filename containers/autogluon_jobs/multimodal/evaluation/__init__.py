"""Measure a multimodal predictor on rows that it was not fitted on."""
