"""Plan and summarize tuning jobs."""
