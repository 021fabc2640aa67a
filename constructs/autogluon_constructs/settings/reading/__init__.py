"""Read settings files, and say all that is wrong with them."""
