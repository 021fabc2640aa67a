"""A deployed environment: its names, permissions and live models."""
