"""Endpoints, their configurations and invocations."""
