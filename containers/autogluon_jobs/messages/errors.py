"""The exceptions whose text is meant for the user, as it stands."""

from __future__ import annotations

from collections.abc import Sequence

from autogluon_jobs.messages.row_names import row_of_request


class InputError(ValueError):
    """Input that cannot be honoured, said in one clear sentence.

    A `ValueError`, because the serving container answers 400 with the text of a `ValueError`, and
    with 500 and no text to anything else. Training writes the same text to the failure file.
    """


class RowError(InputError):
    """Rows that could be read but not predicted; its text names the first by its request.

    Whoever knows more of the rows' places, or wants the others answered, has the positions.

    Args:
        positions: of all such rows among those that were to be predicted, ascending from 0.
        sentence: what is wrong with any of them, with `{row}` where its place belongs.
    """

    def __init__(self, positions: Sequence[int], sentence: str) -> None:
        self.positions = tuple(positions)
        self._sentence = sentence
        super().__init__(self.sentence(row_of_request(self.positions[0])))

    def sentence(self, where: str) -> str:
        """What is wrong with the row at a place."""
        return self._sentence.replace("{row}", where)

    def moved(self, rows_before: int) -> RowError:
        """The same error, of rows that have others before them."""
        return RowError([at + rows_before for at in self.positions], self._sentence)
