"""Read templates and resolve their values."""
