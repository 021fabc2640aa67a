"""Tables and files between this machine and S3."""
