"""What `agcdk doctor` looks at: one file per subject."""
