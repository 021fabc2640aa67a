"""Model versions: choice, quality gate, registration, serving environment."""
