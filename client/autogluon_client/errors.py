"""What can go wrong for a caller; every message says what, where and the next step."""

from __future__ import annotations


class AutoGluonClientError(Exception):
    """Base of all errors this package raises."""


class NotDeployedError(AutoGluonClientError):
    """The environment is not deployed in this account and region."""


class ExecutionFailedError(AutoGluonClientError):
    """A Step Functions execution ended without success.

    Attributes:
        error: the error's name, such as `InvalidDataError`.
        cause: one sentence.
    """

    def __init__(self, *, execution_arn: str, status: str, error: str, cause: str) -> None:
        super().__init__(f"{error or status}: {cause or execution_arn}")
        self.execution_arn = execution_arn
        self.status = status
        self.error = error
        self.cause = cause
