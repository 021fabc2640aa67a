"""The hosts of a training job as one Ray cluster."""
