"""The error of saving and restoring."""

from __future__ import annotations


class SnapshotError(Exception):
    """A snapshot cannot be saved or restored; `advice` says what to do about it."""

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice
