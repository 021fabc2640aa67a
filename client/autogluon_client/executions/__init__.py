"""Step Functions executions, their jobs and their progress."""
