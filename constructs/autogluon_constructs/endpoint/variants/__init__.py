"""Build the production variants of endpoint configurations, one module per kind."""
