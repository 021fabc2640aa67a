"""The training report: one HTML page that needs nothing beside itself."""
