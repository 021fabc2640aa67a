"""The first run on a real account, recorded for comparison with the embedded AWS's."""
