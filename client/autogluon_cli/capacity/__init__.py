"""Simulate an endpoint's scaling against a day's traffic: `agcdk plan-capacity`."""
