"""The public predictor classes, one folder per predictor type."""
