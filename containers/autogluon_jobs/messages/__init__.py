"""Errors, row names and wording: the text that users read."""
