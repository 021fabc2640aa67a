"""Planning and summarizing drift runs: period, files, request, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from autogluon_contracts.documents.drift_job import DriftJobConfig
from autogluon_contracts.documents.drift_report import DriftComparison, DriftReport
from autogluon_contracts.documents.model_package import VersionMetadata
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.drift.period import MOST_FILES, Period
from autogluon_lambdas.logic.drift.plan import DriftPlanner
from autogluon_lambdas.logic.drift.summarize import DriftSummarizer
from autogluon_lambdas.models.errors import (
    DriftFailedError,
    InvalidDataError,
    InvalidInputError,
)
from autogluon_lambdas.models.events.execution import Execution
from tests.fakes.lambda_environment import ENVIRONMENT, VARIABLES, planner_event, validated
from tests.fakes.lambda_ports import FakePredictors, FakeRegistry, package
from tests.fakes.sandbox import GROUP_ARN, KEY_ARN, spec
from tests.fakes.store import FakeStore
from tests.unit.lambdas.test_plan_batch import SCHEMA

REPORT = "s3://artifact-bucket/income/runs/run-1/report"
CAPTURED = "s3://artifact-bucket/income/captured/autogluon-sandbox-income/AllTraffic"
NIGHT = {"2026/11/20/09/30-00-000-a.jsonl": "{}\n", "2026/11/20/10/00-00-000-b.jsonl": "{}\n"}
DRIFT: dict[str, Any] = {"period_hours": 3, "columns": ["age"], "min_rows": 50}


def _planner(
    captured: dict[str, str] | None = None,
    *,
    drift: dict[str, Any] | None = DRIFT,
    live: str = f"{GROUP_ARN}/1",
    live_since: str | None = None,
    baseline: bool = True,
    **objects: str,
) -> DriftPlanner:
    files = {f"{CAPTURED}/{name}": text for name, text in (captured or {}).items()}
    store = FakeStore({**files, **{f"s3://{key}": text for key, text in objects.items()}})
    store.put(f"{REPORT}/feature_schema.json", json.dumps(SCHEMA))
    if baseline:
        store.put(f"{REPORT}/baseline.json", "{}")
    version = replace(package(1), metadata=VersionMetadata(live_since=live_since))
    changes = {} if drift is None else {"drift": drift}
    return DriftPlanner(
        ENVIRONMENT, FakePredictors(spec(**changes), live=live), store, FakeRegistry(version)
    )


def _plan(planner: DriftPlanner, **values: Any) -> dict[str, Any]:
    return planner.plan(planner_event({"predictor": "income", **values}))


def _refusal(
    planner: DriftPlanner, error: type[Exception] = InvalidInputError, **values: Any
) -> str:
    with pytest.raises(error) as caught:
        _plan(planner, **values)
    return str(caught.value)


def test_the_job_reads_the_periods_files_the_baseline_and_its_document() -> None:
    planner = _planner({**NIGHT, "2026/11/20/06/59-00-000-early.jsonl": "{}\n"})
    answer = _plan(planner)
    request = validated("CreateProcessingJob", answer["request"])
    inputs = {each["InputName"]: each["S3Input"]["S3Uri"] for each in request["ProcessingInputs"]}
    folder = answer["run"]["folder"]
    assert inputs == {
        "captured": f"{folder}config/captured.manifest",
        "model": f"{REPORT}/",
        "code": VARIABLES["CODE_URI"],
        "config": f"{folder}config/drift_job.json",
    }
    manifest = json.loads(planner.store.read(S3Location.parse(inputs["captured"]), 0, 10_000))
    assert manifest == [
        {"prefix": "s3://artifact-bucket/income/captured/"},
        *(f"autogluon-sandbox-income/AllTraffic/{name}" for name in NIGHT),
    ]
    assert request["RoleArn"] == VARIABLES["DRIFT_ROLE_ARN"]
    assert request["ProcessingOutputConfig"]["KmsKeyId"] == KEY_ARN
    assert request["NetworkConfig"]["EnableNetworkIsolation"] is True


def test_the_jobs_document_says_what_is_compared() -> None:
    planner = _planner(NIGHT)
    folder = _plan(planner)["run"]["folder"]
    text = planner.store.read(S3Location.parse(f"{folder}config/drift_job.json"), 0, 10_000)
    config = DriftJobConfig.from_text(text)
    assert (config.start, config.end) == ("2026-11-20T07:00:00Z", "2026-11-20T10:00:00Z")
    assert config.columns == ("age",)
    assert config.min_rows == 50
    assert not config.has_labels


def test_a_version_is_judged_by_its_own_requests_only() -> None:
    planner = _planner(NIGHT, live_since="2026-11-20T09:15:00.500000+00:00")
    assert _plan(planner)["run"]["start"] == "2026-11-20T09:15:01Z"


def test_a_period_without_requests_has_no_job_and_writes_nothing() -> None:
    planner = _planner({"2026/11/19/10/00-00-000-yesterday.jsonl": "{}\n"})
    answer = _plan(planner)
    assert answer.keys() == {"run"}
    assert planner.store.find("artifact-bucket", "income/drift/", limit=1) == []


def test_a_run_may_ask_for_another_period() -> None:
    planner = _planner({"2026/11/19/10/00-00-000-yesterday.jsonl": "{}\n"})
    assert "request" in _plan(planner, period_hours=24)


def test_labels_become_an_input() -> None:
    planner = _planner(NIGHT, **{"data-bucket/labels/a.csv": "inference_id,class\n1,<=50K\n"})
    request = _plan(planner, labels="s3://data-bucket/labels/")["request"]
    [labels] = [each for each in request["ProcessingInputs"] if each["InputName"] == "labels"]
    assert labels["S3Input"]["S3Uri"] == "s3://data-bucket/labels/"


@pytest.mark.parametrize(
    ("planner", "sentences"),
    [
        (_planner(NIGHT, drift=None), ['the settings of "income" have no drift', "Add drift"]),
        (_planner(NIGHT, live="none"), ["has no live model", "Promote one first"]),
        (_planner(NIGHT, baseline=False), ["has no baseline.json", "Train the predictor again"]),
        (
            _planner(NIGHT, drift={**DRIFT, "columns": ["agee"]}),
            ['"agee" is not a feature of the live model', "did you mean", "Features: age"],
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_before_anything_is_paid_for(
    planner: DriftPlanner, sentences: list[str]
) -> None:
    found = _refusal(planner)
    for sentence in sentences:
        assert sentence in found


def test_unknown_keys_and_absent_labels_are_refused() -> None:
    assert "input.hours: unknown key" in _refusal(_planner(NIGHT), hours=3)
    found = _refusal(_planner(NIGHT), InvalidDataError, labels="s3://data-bucket/labels/")
    assert "input.labels" in found


def test_more_files_than_a_job_takes_are_refused() -> None:
    many = {f"2026/11/20/09/{number:05}.jsonl": "" for number in range(MOST_FILES + 1)}
    found = _refusal(_planner(many), InvalidDataError)
    assert "more than 10,000 files" in found
    assert "shorter period" in found


def test_a_period_touches_every_hour_that_it_has_a_part_of() -> None:
    execution = Execution("arn:e", "e", "2026-11-20T00:30:00.250Z")
    period = Period.before(execution, 2, None)
    assert period.hours() == ["2026/11/19/22", "2026/11/19/23", "2026/11/20/00"]


def _report(**changes: Any) -> DriftReport:
    new = DriftComparison(
        part="feature",
        column="country",
        aspect="new values",
        change=0.1,
        p_value=0.0001,
        adjusted_p_value=0.001,
        drifted=True,
        sentence="10.0 % of the values are not in the training data: “Atlantis”",
        new_values=("Atlantis",),
    )
    values: dict[str, Any] = {
        "predictor": "income",
        "job_name": "job",
        "model_package_arn": f"{GROUP_ARN}/1",
        "start": "2026-11-20T07:00:00Z",
        "end": "2026-11-20T10:00:00Z",
        "outcome": "compared",
        "requests": 10,
        "rows": 300,
        "min_rows": 50,
        "false_alarm_rate": 0.01,
        "min_change": 0.02,
        "comparisons": (new, replace(new, aspect="distribution"), replace(new, drifted=False)),
    }
    return DriftReport(**values | changes)


def test_the_summary_names_columns_and_no_values() -> None:
    run = {"predictor": "income", "folder": "s3://artifact-bucket/income/drift/job/"}
    store = FakeStore({f"{run['folder']}drift.json": _report().to_text()})
    summary = DriftSummarizer(store).summarize({"run": run})
    assert summary["drifted_columns"] == ["country"]
    assert summary["drifted"] == 1
    assert summary["comparisons"] == 3
    assert "Atlantis" not in json.dumps(summary)


def test_a_job_without_a_report_has_failed() -> None:
    run = {"predictor": "income", "folder": "s3://artifact-bucket/income/drift/job/"}
    with pytest.raises(DriftFailedError, match=r"no usable drift\.json"):
        DriftSummarizer(FakeStore({})).summarize({"run": run})
