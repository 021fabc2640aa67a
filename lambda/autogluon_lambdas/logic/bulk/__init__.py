"""Plan and summarize bulk batches (processing jobs)."""
