"""Describe the columns and rows of data, for reports and for profiles."""
