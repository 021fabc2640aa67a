"""Operate one embedded AWS: its folder, its record, and the requests of `agcdk embedded`."""
