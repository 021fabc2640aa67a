"""Measure forecasts: metrics, and errors of each series and step."""
