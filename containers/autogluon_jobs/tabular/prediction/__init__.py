"""Predict a table of features."""
