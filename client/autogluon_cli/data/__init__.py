"""Data files on their way to S3."""
