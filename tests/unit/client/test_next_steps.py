"""Every sentence that the client writes for a mistake goes on to what to do about it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import autogluon_client
from autogluon_client import errors

FOLDER = Path(autogluon_client.__file__).parent
CLASSES = {name for name in vars(errors) if name.endswith("Error")}


def _sentences() -> Iterator[tuple[str, str]]:
    """Where each error is made, and the fixed part of its sentence."""
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id in CLASSES and node.args:
                parts = (part.value for part in ast.walk(node) if isinstance(part, ast.Constant))
                sentence = "".join(map(str, parts))
                if sentence:  # else it is made elsewhere
                    yield f"{path.name}:{node.lineno}", sentence


def test_a_run_that_was_stopped_says_so_and_how_to_go_on() -> None:
    error = errors.ExecutionFailedError(
        execution_arn="arn:run", status="ABORTED", error="", cause=""
    )
    assert str(error) == (
        "ABORTED: arn:run ended without a cause: it was stopped or took too long; start it under "
        "another name."
    )


@pytest.mark.parametrize(("place", "sentence"), list(_sentences()))
def test_a_sentence_goes_on_to_the_next_step_or_to_what_is_allowed(
    place: str, sentence: str
) -> None:
    assert "; " in sentence or "allowed" in sentence, place
