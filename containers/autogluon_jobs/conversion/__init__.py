"""Convert cells and columns into values, by the schema."""
