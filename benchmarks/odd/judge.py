"""Says what is wrong with the reply to an odd request, if anything.

The measure is what the same cells get alone, sent as a JSON record of texts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from benchmarks.odd.corpus import BY_ROW, OddRequest, Row

_ERROR = "row_error"
_OF_THE_SERVER = "codec can't decode"  # the container's own words for a body that is no UTF-8


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    body: bytes


class Judge:
    """Judges replies.

    Args:
        answers: the answer to one row alone; None where it is refused.
    """

    def __init__(self, answers: Callable[[Row], Any]) -> None:
        self._answers = answers

    def problem(self, request: OddRequest, reply: Reply) -> str | None:
        """One sentence, or None."""
        if reply.status not in (200, 400):
            return f"status {reply.status}"
        if reply.status == 400:
            return self._problem_of_refusal(request, json.loads(reply.body)["detail"])
        if request.accept != "application/json":
            return None
        try:
            answers = json.loads(reply.body, parse_constant=_refuse)
        except ValueError as error:
            return f"answered invalid JSON ({error}): {reply.body[:200]!r}"
        if request.attributes == BY_ROW:
            return self._problem_by_row(request, answers)
        if request.broken:
            return "answered although columns or layout are wrong"
        if request.rows is None:
            return None
        alone = [self._answers(row) for row in request.rows]
        if answers != alone:
            return f"answered {str(answers)[:200]} where each row alone gets {str(alone)[:200]}"
        return None

    def _problem_of_refusal(self, request: OddRequest, sentence: str) -> str | None:
        if not _is_sentence(sentence):
            return f"no sentence: {sentence!r}"
        if request.broken or request.rows is None or _may_be_header(request, sentence):
            return None
        answered = [self._answers(row) is not None for row in request.rows]
        if request.attributes == BY_ROW or all(answered):
            return f"refused ({sentence}) where rows alone are answered: {answered}"
        return None

    def _problem_by_row(self, request: OddRequest, answers: list[dict[str, Any]]) -> str | None:
        for at, answer in enumerate(answers):
            error = answer[_ERROR]
            values = {name: value for name, value in answer.items() if name != _ERROR}
            if error is not None and (not _is_sentence(error) or set(values.values()) != {None}):
                return f"row {at + 1} has the error {error!r} beside {values}"
        if request.broken:
            if all(answer[_ERROR] is None for answer in answers):
                return "answered every row although columns or layout are wrong"
            return None
        if request.rows is None:
            return None
        if len(answers) != len(request.rows):
            return f"answered {len(answers)} rows instead of {len(request.rows)}"
        for at, (row, answer) in enumerate(zip(request.rows, answers, strict=True)):
            alone = self._answers(row)
            error = answer.pop(_ERROR)
            if error is not None and _may_be_header(request, error):
                continue
            if (alone is None) != (error is not None) or (alone is not None and answer != alone):
                return f"row {at + 1} got {answer}, {error!r} where it alone gets {alone}"
        return None


def _is_sentence(text: str) -> bool:
    return len(text) > 20 and (text.endswith(".") or _OF_THE_SERVER in text)


def _may_be_header(request: OddRequest, sentence: str) -> bool:
    return request.headless and "header" in sentence


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)
