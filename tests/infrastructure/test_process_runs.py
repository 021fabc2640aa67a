"""What the Process state machine does, with fakes for everything it calls."""

from __future__ import annotations

import json
from typing import Any

from autogluon_constructs.workflows.processing.process_definition import process_definition
from tests.infrastructure.stubbed_machine import Ended, StubbedMachine, TaskError

NAME = "income-monday-0a1b2c3d"
RUN = {"predictor": "income", "step": "features", "job_name": NAME}
PLANNED = {
    "request": {"ProcessingJobName": NAME},
    "ladder": {"later_names": f"{NAME}-try", "resources": [{"ProcessingResources": {}}]},
    "run": RUN,
}
SUMMARY = {**RUN, "files": {"train": 2}}
CREATE = "sagemaker:createProcessingJob.sync"


def _run(**answers: Any) -> tuple[Ended, list[tuple[str, Any]]]:
    calls: list[tuple[str, Any]] = []
    known: dict[str, Any] = {
        "PlanProcessing": PLANNED,
        CREATE: {"ProcessingJobStatus": "Completed"},
        "SummarizeProcessing": SUMMARY,
        **answers,
    }

    def fake(name: str) -> Any:
        def call(arguments: Any) -> Any:
            calls.append((name, arguments))
            if isinstance(known[name], Exception):
                raise known[name]
            return known[name]

        return call

    tasks = {name: fake(name) for name in known}
    return StubbedMachine(process_definition(), tasks).run({"predictor": "income"}), calls


def test_a_run_plans_processes_and_counts_what_the_job_wrote() -> None:
    ended, calls = _run()
    assert ended.status == "SUCCEEDED"
    assert ended.output == SUMMARY
    assert [name for name, _ in calls] == ["PlanProcessing", CREATE, "SummarizeProcessing"]
    assert calls[1][1]["ProcessingJobName"] == NAME
    assert calls[2][1] == {"run": RUN}


def test_a_refused_input_starts_no_job() -> None:
    refusal = TaskError("InvalidInputError", "input.step: missing.")
    ended, calls = _run(PlanProcessing=refusal)
    assert (ended.status, ended.error) == ("FAILED", "InvalidInputError")
    assert [name for name, _ in calls] == ["PlanProcessing"]


def test_a_failed_script_says_why() -> None:
    cause = {
        "ProcessingJobName": NAME,
        "ProcessingJobStatus": "Failed",
        "ExitMessage": "The script features.py ended with exit code 1: KeyError: 'age'.",
        "ProcessingStartTime": 1,
    }
    ended, _ = _run(**{CREATE: TaskError("States.TaskFailed", json.dumps(cause))})
    assert (ended.status, ended.error) == ("FAILED", "ProcessingFailedError")
    assert ended.cause is not None
    assert "KeyError: 'age'" in ended.cause
