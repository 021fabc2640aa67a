"""Check the prerequisites for `agcdk doctor`, one file per subject."""
