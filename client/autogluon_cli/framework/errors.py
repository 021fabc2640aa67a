"""Define the exit codes of `agcdk` and the error that a command ends with."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from autogluon_contracts.errors import ExplainedError


class ExitCode(IntEnum):
    """Exit codes for scripts; docs/how-to/command-line.md lists them."""

    DONE = 0
    WORK_FAILED = 1  # the run was started and failed, or `doctor` found something missing
    USAGE_ERROR = 2  # invalid arguments, settings or data
    NOT_FOUND = 3  # not deployed; unknown predictor, run or model; endpoint off
    AWS_ERROR = 4  # credentials, region, permission, connection, or a rejected request
    INTERRUPTED = 130  # Ctrl-C; the run continues in AWS


class CommandError(ExplainedError):
    """A command could not do what it was asked for.

    Attributes:
        next_command: what to type next.
        again: in place of it, where the same command is to be typed again once what the sentence
            names is corrected: the options that have another value then, and words with those
            that take their place; often none.
        exit_code: how the process ends.
    """

    def __init__(
        self,
        message: str,
        *,
        next_command: str = "",
        again: Mapping[str, str] | None = None,
        advice: str = "",
        exit_code: ExitCode = ExitCode.USAGE_ERROR,
    ) -> None:
        if bool(next_command) == (again is not None):
            raise ValueError("give either next_command or again")
        super().__init__(message, advice=advice)
        self.next_command = next_command
        self.again = again
        self.exit_code = exit_code

    @property
    def sentence(self) -> str:
        """Return what is printed after `Error:`."""
        return str(self)
