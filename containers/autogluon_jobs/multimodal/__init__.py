"""Predict from text and tables that mix it with numbers: all that only this type has."""
