"""Explain predictions by feature contributions."""
