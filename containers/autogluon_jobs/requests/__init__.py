"""Turn request bodies into tables by the schema."""
