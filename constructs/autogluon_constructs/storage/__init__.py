"""Buckets, keys, access to them and their clean-up."""
