"""Settings of runs that start by themselves: at given times, or as soon as an object exists."""
