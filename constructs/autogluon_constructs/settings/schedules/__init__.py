"""Settings of runs that start by themselves at given times."""
