"""Faults on demand: what AWS does now and then happens here at named calls."""
