"""What a command says when it cannot do what it was asked for."""

from __future__ import annotations

from autogluon_cli import exit_codes


class CommandError(Exception):
    """One sentence about what is wrong, and the command that mends it.

    Attributes:
        sentence: what, where, the value got, what is allowed.
        next_command: what to type next.
        exit_code: one of `exit_codes`.
    """

    def __init__(
        self, sentence: str, *, next_command: str, exit_code: int = exit_codes.WRONG_USE
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.next_command = next_command
        self.exit_code = exit_code
