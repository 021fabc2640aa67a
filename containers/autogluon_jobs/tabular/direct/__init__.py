"""Predict without AutoGluon: exported by training, proved at start-up, equal bit for bit."""
