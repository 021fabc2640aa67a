"""Parsed inputs, specs, argument tables and errors: plain frozen values."""
