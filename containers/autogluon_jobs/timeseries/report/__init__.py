"""Show a finished time series job: performance, series, models."""
