"""Plan and summarize training."""
