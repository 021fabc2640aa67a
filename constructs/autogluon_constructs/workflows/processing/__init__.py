"""Run people's scripts on data, and describe data."""
