"""Requests that people send by mistake, and the judge of the answers."""
