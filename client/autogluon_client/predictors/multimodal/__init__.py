"""Multimodal predictors: text, and tables that mix it with numbers and categories."""
