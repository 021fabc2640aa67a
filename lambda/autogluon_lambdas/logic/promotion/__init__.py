"""Promote a model version to live."""
