"""Report a tabular training job: facts, sections and charts."""
