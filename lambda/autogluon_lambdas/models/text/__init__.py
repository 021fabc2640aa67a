"""Wording and value rules of messages."""
