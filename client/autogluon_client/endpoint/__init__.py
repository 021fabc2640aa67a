"""Requests to an endpoint and their answers."""
