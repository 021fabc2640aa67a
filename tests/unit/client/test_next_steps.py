"""Every error that the client raises has advice, or says what is allowed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import autogluon_client
from autogluon_client import errors

FOLDER = Path(autogluon_client.__file__).parent
CLASSES = {name for name in vars(errors) if name.endswith("Error")}


def _raised() -> Iterator[tuple[str, ast.Call]]:
    """Where each error is created."""
    for path in sorted(FOLDER.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id in CLASSES - {"ExecutionFailedError"}:
                yield f"{path.relative_to(FOLDER)}:{node.lineno}", node


RAISED = dict(_raised())


def test_errors_of_all_rooms_are_looked_at() -> None:
    assert len(RAISED) > 50


@pytest.mark.parametrize("place", RAISED)
def test_an_error_has_advice_or_says_what_is_allowed(place: str) -> None:
    node = RAISED[place]
    if any(keyword.arg in ("advice", "install_command") for keyword in node.keywords):
        return
    texts = [part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
    assert "allowed: " in "".join(map(str, texts))


@pytest.mark.parametrize("place", RAISED)
def test_advice_is_a_sentence_of_its_own(place: str) -> None:
    for part in ast.walk(RAISED[place].args[0]):
        if isinstance(part, ast.Constant):
            assert "; call " not in str(part.value)
            assert "; give " not in str(part.value)


def test_a_run_that_was_stopped_says_so_and_how_to_go_on() -> None:
    error = errors.ExecutionFailedError(
        execution_arn="arn:run", status="ABORTED", error="", cause=""
    )
    assert error.message == "ABORTED: arn:run was stopped or timed out, and has no cause."
    assert error.advice == "Start it again under another name."


def test_the_tree_is_drawn_as_it_is() -> None:
    """The drawing at the top of `errors` lists each class below its base."""
    drawn: list[tuple[int, str]] = []
    bases: dict[str, str] = {}
    for line in str(errors.__doc__).splitlines():
        name = next((word for word in line.split() if word.endswith("Error")), None)
        if name is None:
            continue
        depth = line.index(name)
        while drawn and drawn[-1][0] >= depth:
            drawn.pop()
        if drawn:
            bases[name] = drawn[-1][1]
        drawn.append((depth, name))
    own = {
        name: kind.__bases__[0].__name__
        for name, kind in vars(errors).items()
        if name.endswith("Error") and name == kind.__name__ and name != "ExplainedError"
    }
    assert bases == own
