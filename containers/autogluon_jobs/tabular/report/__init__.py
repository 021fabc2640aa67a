"""The tabular training report: its facts, sections and charts."""
