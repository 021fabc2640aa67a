"""From a CSV file to a predictor's first settings: what `agcdk init` finds out and writes."""
