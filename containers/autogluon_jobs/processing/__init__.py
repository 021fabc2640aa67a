"""Run a person's script on data, or profile data."""
