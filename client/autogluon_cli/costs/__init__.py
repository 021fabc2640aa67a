"""Estimate what jobs and endpoints cost."""
