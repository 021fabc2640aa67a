"""Run the whole main job in one command on the embedded AWS: `make demo`."""
