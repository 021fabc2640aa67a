"""Decode bytes into columns: CSV, JSON, Parquet, cell rules; independent of any schema."""
