"""Save the state of an embedded AWS to one file, and restore it in another process."""
