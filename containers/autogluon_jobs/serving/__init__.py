"""Serve requests over HTTP: handler, real time, batching, limits, transform pieces."""
