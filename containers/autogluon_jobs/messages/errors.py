"""Define the errors whose text is meant for users."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from autogluon_contracts.documents.error_facts import ErrorFacts
from autogluon_contracts.errors import ExplainedError
from autogluon_jobs.messages.row_names import row_number, row_of_request


class InputError(ExplainedError, ValueError):
    """Input that cannot be honoured; see `ExplainedError`.

    A `ValueError`, because the serving container answers 400 with the text of a `ValueError`, and
    with 500 and no text to anything else. Training writes the same text to the failure file.

    Attributes:
        facts: what the sentence says, for programs.
    """

    def __init__(self, message: str, *, advice: str = "", facts: ErrorFacts | None = None) -> None:
        super().__init__(message, advice=advice)
        self.facts = facts or ErrorFacts()


class RowError(InputError):
    """Rows that could be read but not predicted; the text names the first by its request.

    Callers that know better names of the rows, or want the others answered, have the positions.

    Args:
        positions: of all such rows among those that were to be predicted, ascending from 0.
        message: what is wrong with any of them, with `{row}` where its name belongs.
        advice: see `ExplainedError`.
        facts: what the sentence says, for programs; the row is filled in.
    """

    def __init__(
        self,
        positions: Sequence[int],
        message: str,
        *,
        advice: str = "",
        facts: ErrorFacts = ErrorFacts(),  # noqa: B008 - frozen
    ) -> None:
        self.positions = tuple(positions)
        self._template = message
        row = self.positions[0]
        super().__init__(
            self._named(row_of_request(row)), advice=advice, facts=replace(facts, row=row + 1)
        )

    def of_row(self, row_name: str) -> InputError:
        """Return the error of one row."""
        facts = replace(self.facts, row=row_number(row_name))
        return InputError(self._named(row_name), advice=self.advice, facts=facts)

    def moved(self, rows_before: int) -> RowError:
        """Return the same error, of rows that have others before them."""
        positions = [at + rows_before for at in self.positions]
        return RowError(positions, self._template, advice=self.advice, facts=self.facts)

    def _named(self, row_name: str) -> str:
        return self._template.replace("{row}", row_name)
