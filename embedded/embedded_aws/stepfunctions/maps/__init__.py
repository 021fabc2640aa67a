"""Distributed Map states and their Map Runs."""
