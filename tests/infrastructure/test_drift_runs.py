"""What the Drift state machine does, with fakes for everything it calls."""

from __future__ import annotations

import json
from typing import Any

from autogluon_constructs.workflows.drift.drift_definition import drift_definition
from tests.infrastructure.stubbed_machine import Ended, StubbedMachine, TaskError

NAME = "income-monday-0a1b2c3d"
RUN = {"predictor": "income", "job_name": NAME, "folder": f"s3://artifacts/income/drift/{NAME}/"}
PLANNED = {
    "request": {"ProcessingJobName": NAME},
    "ladder": {"later_names": f"{NAME}-try", "resources": [{"ProcessingResources": {}}]},
    "run": RUN,
}
SUMMARY = {**RUN, "outcome": "compared", "drifted": 2, "drifted_columns": ["age", "country"]}
CREATE = "sagemaker:createProcessingJob.sync"
PUT = "aws-sdk:cloudwatch:putMetricData"


class Drift:
    """Fakes that record."""

    def __init__(self, **answers: Any) -> None:
        self.calls: list[tuple[str, Any]] = []
        self.answers: dict[str, Any] = {
            "PlanDrift": PLANNED,
            CREATE: {"ProcessingJobStatus": "Completed"},
            "SummarizeDrift": SUMMARY,
            PUT: {},
            **answers,
        }

    def run(self) -> Ended:
        tasks = {name: self._fake(name) for name in self.answers}
        return StubbedMachine(drift_definition(), tasks).run({"predictor": "income"})

    def called(self, name: str) -> list[Any]:
        return [arguments for called, arguments in self.calls if called == name]

    def _fake(self, name: str) -> Any:
        def call(arguments: Any) -> Any:
            self.calls.append((name, arguments))
            if isinstance(self.answers[name], Exception):
                raise self.answers[name]
            return self.answers[name]

        return call


def test_a_comparison_publishes_how_many_columns_have_drifted() -> None:
    drift = Drift()
    ended = drift.run()
    assert ended.status == "SUCCEEDED"
    assert ended.output == SUMMARY
    assert drift.called("SummarizeDrift") == [{"run": RUN}]
    [put] = drift.called(PUT)
    assert put["MetricData"] == [
        {
            "MetricName": "DriftedColumns",
            "Dimensions": [{"Name": "Predictor", "Value": "income"}],
            "Unit": "Count",
            "Value": 2,
        }
    ]


def test_too_few_rows_publish_nothing() -> None:
    few = {**SUMMARY, "outcome": "too few rows", "drifted": 0, "drifted_columns": []}
    drift = Drift(SummarizeDrift=few)
    assert drift.run().output == few
    assert drift.called(PUT) == []


def test_a_period_without_requests_starts_no_job() -> None:
    drift = Drift(PlanDrift={"run": RUN})
    ended = drift.run()
    assert ended.status == "SUCCEEDED"
    assert ended.output["outcome"] == "nothing captured"
    assert drift.called(CREATE) == []
    assert drift.called(PUT) == []


def test_a_failed_job_says_why() -> None:
    cause = {
        "ProcessingJobName": NAME,
        "ProcessingJobStatus": "Failed",
        "ExitMessage": "The labels have no column.",
        "ProcessingStartTime": 1,
    }
    drift = Drift(**{CREATE: TaskError("States.TaskFailed", json.dumps(cause))})
    ended = drift.run()
    assert ended.status == "FAILED"
    assert ended.error == "DriftFailedError"
    assert ended.cause is not None
    assert "The labels have no column." in ended.cause
