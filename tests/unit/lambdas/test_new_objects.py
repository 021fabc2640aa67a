"""An object that is created starts one batch, whose name is that of its version."""

from __future__ import annotations

from typing import Any

import pytest

from autogluon_contracts import function_variables as variables
from autogluon_contracts.document import DocumentError
from autogluon_contracts.documents.new_objects import NewObject
from autogluon_lambdas.logic.batch.new_objects import Started, start_batch
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import InvalidInputError
from tests.fakes.lambda_ports import FakeExecutions, FakePredictors
from tests.fakes.sandbox import ARTIFACT_BUCKET, MACHINES, spec

RULE: dict[str, Any] = {
    "location": "s3://{data_bucket}/incoming/",
    "suffix": ".csv",
    "input": {"output": "labels"},
}


def event(key: str = "incoming/a.csv", **changes: Any) -> dict[str, Any]:
    """What EventBridge hands over; the detail is S3's own example, with other values."""
    described = {
        "key": key,
        "size": 5,
        "etag": "b57f9512698f4b09e608f4f2a65852e5",
        "version-id": "N4N7GDK58NMKJ12R",
        "sequencer": "00617F08299329D189",
        **changes,
    }
    detail = {
        "version": "0",
        "bucket": {"name": changes.pop("bucket", "data")},
        "object": {key: value for key, value in described.items() if value is not None},
        "request-id": "N4N7GDK58NMKJ12R",
        "requester": "123456789012",
        "source-ip-address": "1.2.3.4",
        "reason": "PutObject",
    }
    return NewObject(predictor="income", rule="incoming", detail=detail).to_json()


def start(given: dict[str, Any], executions: FakeExecutions | None = None, **rule: Any) -> Started:
    rules = {"incoming": {**RULE, **rule}} if rule.pop("exists", True) else {}
    return start_batch(
        given,
        environment=Environment(
            {
                variables.ARTIFACT_BUCKET: ARTIFACT_BUCKET,
                variables.BATCH_PREDICT_STATE_MACHINE_ARN: MACHINES["batch_predict"],
            }
        ),
        predictors=FakePredictors(spec(on_new_objects=rules)),
        executions=FakeExecutions() if executions is None else executions,
    )


def test_a_new_object_starts_a_batch_with_the_settings_input() -> None:
    executions = FakeExecutions()

    started = start(event("incoming/a b+c/ü.csv"), executions)

    assert started.run is not None
    assert started.run.startswith("incoming-")
    assert started.run.endswith("-income")
    assert len(started.run) <= 80
    assert executions.started == {
        started.run: {
            "predictor": "income",
            "data": "s3://data/incoming/a b+c/ü.csv",
            "output": "labels",
        }
    }
    assert list(executions.machines.values()) == [MACHINES["batch_predict"]]


def test_what_is_told_twice_starts_once() -> None:
    executions = FakeExecutions()

    first = start(event(), executions)
    # Another delivery of the same creation; S3 may tell of others in between, in any order.
    start(event(**{"version-id": "later"}), executions)
    second = start(event(), executions)

    assert first.run is not None
    assert (second.run, len(executions.started)) == (None, 2)
    assert f"run {first.run} was started before" in second.sentence


def test_objects_of_a_bucket_without_versions_are_told_apart_by_their_creation() -> None:
    first = start(event(**{"version-id": None})).run
    again = start(event(**{"version-id": None, "etag": "another"})).run
    replaced = start(event(**{"version-id": None, "sequencer": "00617F08299329D18A"})).run

    assert first == again
    assert replaced not in (None, first)


def test_objects_of_two_buckets_or_keys_have_runs_of_their_own() -> None:
    created = [event(), event("incoming/b.csv"), event(bucket="lake")]
    assert len({start(each).run for each in created}) == 3


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (event("incoming/", size=0), "a folder's marker"),
        (event("incoming/2026/", size=0), "a folder's marker"),
        (event("incoming/_SUCCESS", size=0), "hidden by a name"),
        (event("incoming/_temporary/0/part-0.csv"), "hidden by a name or folder"),
        (event("incoming/.part.csv.crc"), "hidden by a name"),
        (event("incoming/a.csv", size=0), "it is empty (0 bytes)"),
        (event("incoming/manifest"), "a list of files"),
        (event("incoming/part.manifest"), "a list of files"),
        (event("incoming/manifest.json"), "a list of files"),
    ],
)
def test_what_is_not_data_is_skipped_with_a_reason(given: dict[str, Any], reason: str) -> None:
    started = start(given)
    assert started.run is None
    assert reason in started.sentence
    assert given["detail"]["object"]["key"] in started.sentence


def test_a_location_within_names_hides_nothing_above_it() -> None:
    assert start(event("_landing/day-1.csv"), location="s3://{data_bucket}/_landing/day-").run


@pytest.mark.parametrize("rule", [{"exists": False}, {"enabled": False}])
def test_what_the_settings_name_no_more_starts_nothing(rule: dict[str, Any]) -> None:
    started = start(event(), **rule)
    assert started.run is None
    assert "the settings start no batch of it any more" in started.sentence


def test_results_start_no_further_batch() -> None:
    with pytest.raises(InvalidInputError, match="each would start another one"):
        start(event("income/batches/b/results/a.csv", bucket=ARTIFACT_BUCKET))


def test_an_event_of_another_kind_is_refused() -> None:
    with pytest.raises(DocumentError, match="new object: version"):
        start({"detail": {}})
