"""Predict data sets of any size in bounded memory, as a processing job."""
