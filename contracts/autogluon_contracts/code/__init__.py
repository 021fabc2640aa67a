"""Define how a person's own code travels: its modules, objects, packages and wheels."""
