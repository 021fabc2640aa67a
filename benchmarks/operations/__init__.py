"""Measure what runs around the models: commands, the demo, Lambda functions and training jobs."""
