"""One file per lifecycle: what is deployed together."""
