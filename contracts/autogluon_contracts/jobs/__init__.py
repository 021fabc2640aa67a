"""Define what jobs are given and say: options, locations, time, prices and log lines."""
