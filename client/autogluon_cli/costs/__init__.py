"""Estimates of what jobs and endpoints cost."""
