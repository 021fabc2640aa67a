"""Move tables and files between this machine and S3."""
