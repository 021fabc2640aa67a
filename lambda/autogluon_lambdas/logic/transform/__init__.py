"""Plan and summarize Batch Transform."""
