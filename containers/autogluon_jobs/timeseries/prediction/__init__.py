"""Answer a request's history with a forecast."""
