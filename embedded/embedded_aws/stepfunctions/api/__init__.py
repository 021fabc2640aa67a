"""Step Functions' operations."""
