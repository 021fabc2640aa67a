"""Where a run is logged besides the registry, or why it is not."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.account import FakeAws
from tests.unit.cli.terminal import Terminal

PAGE = "https://mlflow.example.com/#/experiments/7/runs/abc"
PROBLEM = "https://mlflow.example.com cannot be reached: timed out."


def _run(aws: FakeAws, name: str, **tracking: Any) -> None:
    aws.states.add_run("train", name, output=json.dumps({"tracking": tracking}))


def test_show_tells_the_page_of_a_logged_run(terminal: Terminal, aws: FakeAws) -> None:
    _run(aws, "monday", mlflow=PAGE, problem=None)

    assert PAGE in terminal.run("show", "monday")[1]
    assert terminal.json("show", "monday")["output"]["tracking"]["mlflow"] == PAGE


def test_show_tells_why_a_run_was_not_logged(terminal: Terminal, aws: FakeAws) -> None:
    _run(aws, "monday", mlflow=None, problem=PROBLEM)

    assert f"not logged: {PROBLEM}" in " ".join(terminal.run("show", "monday")[1].split())
