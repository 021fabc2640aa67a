"""Forecast time series: everything that only this predictor type has."""
