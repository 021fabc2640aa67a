"""Decide what the functions do; callers inject everything outside."""
