"""Define the base of every error whose text is meant for a user."""

from __future__ import annotations


class ExplainedError(Exception):
    """Say what is wrong in one sentence, and how to fix it in another.

    Surfaces format the two as they need: a Lambda's cause and an HTTP answer carry both, the
    command line replaces the advice by a command.

    Attributes:
        message: subject and problem, such as `Label column "x" not found in the training data.`
        advice: the fix, a sentence of its own; empty where the message suffices.

    Example:
        >>> str(ExplainedError("No AWS region is set.", advice="Export AWS_DEFAULT_REGION."))
        'No AWS region is set. Export AWS_DEFAULT_REGION.'
    """

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message} {self.advice}" if self.advice else self.message
