"""Make every call to AWS."""
