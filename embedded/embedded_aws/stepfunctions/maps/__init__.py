"""Distributed Map states and their runs."""
