"""Print tables, progress and JSON."""
