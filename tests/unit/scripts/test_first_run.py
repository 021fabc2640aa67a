"""The first run: its page, its commands, and what counts as a difference."""

from __future__ import annotations

import json
import shlex
from typing import Any

import click
import pytest

from autogluon_cli.main import agcdk
from autogluon_constructs.settings import load_environment
from scripts.first_run.page import PAGE, page
from scripts.first_run.record import EMBEDDED, Step, differences, shape, steps
from scripts.shipped_environments import CONFIG

_WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `python -m scripts.first_run --page`"


def test_there_are_ten_commands_and_the_embedded_run_has_them_all() -> None:
    recorded = json.loads(EMBEDDED.read_text("utf-8"))
    assert len(steps()) == 10
    assert [each["command"] for each in recorded] == [each.command for each in steps()]
    assert [each["exit_code"] for each in recorded[1:]] == [0] * 9


def test_the_stacks_that_are_to_be_seen_are_those_of_the_settings() -> None:
    sandbox = load_environment("sandbox", CONFIG)
    endpoints = [name for name, each in sandbox.predictors.items() if each.endpoint is not None]
    shows = next(step.shows for step in steps() if step.command.startswith("agcdk deploy"))
    stacks = _WORDS[2 + len(endpoints)]  # Foundation and Workflows
    assert f"{stacks} stacks end in CREATE_COMPLETE, the {_WORDS[len(endpoints)]} of the" in shows


@pytest.mark.parametrize("step", steps(), ids=lambda step: step.command.split()[1])
def test_commands_have_options_that_exist(step: Step) -> None:
    program, command, *words = shlex.split(step.command)
    assert program == "agcdk"
    found = agcdk.get_command(click.Context(agcdk), command)
    assert found is not None
    known = {option for each in found.params for option in each.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_values_that_differ_on_every_run_are_kinds() -> None:
    answer = {"arn": "arn:aws:x", "rows": 3, "seconds": 1.5, "ok": True, "status": "Approved"}
    assert shape({"list": [answer, answer]}) == {
        "list": {
            "number": 2,
            "each": {
                "arn": "a text",
                "ok": True,
                "rows": 3,
                "seconds": "a number",
                "status": "Approved",
            },
        }
    }


def _step(answer: Any, exit_code: int = 0) -> dict[str, Any]:
    return {"command": "c", "exit_code": exit_code, "seconds": 1.0, "answer": answer}


def test_differences_name_the_value_and_seconds_do_not_count() -> None:
    same = _step({"a": [1, {"b": "x"}]}) | {"seconds": 9.0}
    assert differences([same], [_step({"a": [1, {"b": "x"}]})]) == []
    found = differences([_step({"a": [1, {"b": "y"}]}, 1)], [_step({"a": [1, {"b": "x"}]})])
    assert found == [
        "c: exit_code is 1; on the embedded AWS it is 0",
        'c: answer.a[1].b is "y"; on the embedded AWS it is "x"',
    ]


def test_commands_after_a_failure_are_named() -> None:
    assert differences([], [_step({})]) == ["c: it was not run"]
