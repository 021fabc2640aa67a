"""Refuse settings that are right alone and cannot work together."""
