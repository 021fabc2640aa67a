"""Read the registry of model versions."""
