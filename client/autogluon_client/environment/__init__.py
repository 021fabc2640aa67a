"""Read a deployed environment: names, settings, live models, permissions."""
