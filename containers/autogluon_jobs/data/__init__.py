"""Read training data from channels into frames."""
