"""State machines and their executions."""
