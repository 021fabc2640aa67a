"""Batch Transform jobs."""
