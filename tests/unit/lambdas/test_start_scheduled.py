"""A schedule that comes due starts one run, whose name and dates are those of its planned time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from autogluon_contracts.document import DocumentError
from autogluon_contracts.documents.model_package import VersionMetadata
from autogluon_contracts.documents.scheduled_run import ScheduledRun
from autogluon_lambdas.logic.start_scheduled import start_scheduled
from autogluon_lambdas.models.model_package import ModelPackage
from tests.fakes.lambda_ports import FakeExecutions, FakePredictors, FakeRegistry, package
from tests.fakes.sandbox import MACHINES


def due(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "predictor": "income",
        "schedule": "nightly",
        "workflow": "train",
        "state_machine_arn": MACHINES["train"],
        "scheduled_time": "2026-03-29T22:30:00Z",
        "timezone": "UTC",
        "days_back": 0,
        "input": {"train_data": "s3://{data_bucket}/income/{date}/", "promote": False},
    }
    return ScheduledRun(**{**given, **changes}).to_json()


def start(executions: FakeExecutions, **changes: Any) -> str | None:
    return started(due(**changes), executions)


def started(
    event: dict[str, Any],
    executions: FakeExecutions,
    *,
    predictors: FakePredictors | None = None,
    versions: tuple[ModelPackage, ...] = (),
) -> str | None:
    return start_scheduled(
        event,
        data_bucket="the-data",
        executions=executions,
        predictors=predictors or FakePredictors(),
        registry=FakeRegistry(*versions),
    )


def ended(live: str, live_since: str | None = None, **ends: Any) -> str | None:
    """Return the run that is to end the endpoint, at 22:30 of March 29 in 2026."""
    version = replace(package(1), metadata=VersionMetadata(live_since=live_since))
    event = due(
        schedule="ends",
        workflow="promote",
        state_machine_arn=MACHINES["promote"],
        input={"model": "none"},
        **ends,
    )
    predictors = FakePredictors(live=live)
    return started(event, FakeExecutions(), predictors=predictors, versions=(version,))


def test_a_run_has_the_name_and_the_dates_of_its_time() -> None:
    executions = FakeExecutions()

    assert start(executions) == "nightly-20260329-2230-income"
    assert executions.started == {
        "nightly-20260329-2230-income": {
            "predictor": "income",
            "train_data": "s3://the-data/income/2026-03-29/",
            "promote": False,
        }
    }
    assert list(executions.machines.values()) == [MACHINES["train"]]


def test_folders_beside_the_data_are_filled_in_too() -> None:
    executions = FakeExecutions()

    start(executions, input={"images": "s3://{data_bucket}/photos/{date}", "weights": "s3://w/"})

    (started,) = executions.started.values()
    assert started["images"] == "s3://the-data/photos/2026-03-29"
    assert started["weights"] == "s3://w/"


def test_what_is_delivered_twice_starts_once() -> None:
    executions = FakeExecutions()

    start(executions)

    assert start(executions) is None
    assert len(executions.started) == 1


@pytest.mark.parametrize(
    ("timezone", "days_back", "day"),
    [
        ("UTC", 0, "2026/03/29/22"),
        ("UTC", 1, "2026/03/28/22"),
        # The night in which Berlin goes from UTC+1 to UTC+2.
        ("Europe/Berlin", 0, "2026/03/30/00"),
        ("Europe/Berlin", 1, "2026/03/29/00"),
        ("America/New_York", 0, "2026/03/29/18"),
    ],
)
def test_dates_are_those_of_the_time_zone(timezone: str, days_back: int, day: str) -> None:
    executions = FakeExecutions()
    location = "s3://lake/{year}/{month}/{day}/{hour}/"

    start(executions, timezone=timezone, days_back=days_back, input={"train_data": location})

    [arguments] = executions.started.values()
    assert arguments["train_data"] == f"s3://lake/{day}/"


def test_an_event_of_another_kind_is_refused() -> None:
    with pytest.raises(DocumentError, match="scheduled run: version"):
        started({"detail": {}}, FakeExecutions())


RUN = "ends-20260329-2230-income"
ONE = package(1).arn


@pytest.mark.parametrize(
    ("ends_at", "run"),
    [
        ("2026-03-29T22:30:00+00:00", RUN),
        ("2026-03-29T22:31:00+00:00", None),
    ],
)
def test_an_endpoint_ends_at_its_time(ends_at: str, run: str | None) -> None:
    assert ended(ONE, ends_at=ends_at) == run


@pytest.mark.parametrize(
    ("live_since", "hours", "run"),
    [
        ("2026-03-29T12:30:00.123Z", 10, None),
        ("2026-03-29T12:29:00.123Z", 10, RUN),
        # Written on March 1: the version was live before, and its promotion is not complete.
        ("2026-01-01T00:00:00Z", 24 * 28, RUN),
        ("2026-01-01T00:00:00Z", 24 * 29, None),
        (None, 24 * 29, None),
    ],
)
def test_an_endpoint_ends_so_long_after_its_promotion(
    live_since: str | None, hours: int, run: str | None
) -> None:
    assert ended(ONE, live_since, ends_after_hours=hours) == run


@pytest.mark.parametrize(
    ("until", "run"),
    [
        ("2026-03-29T22:31:00+00:00", "hours-on-20260329-2230-income"),
        ("2026-03-29T22:30:00+00:00", None),
    ],
)
def test_hours_put_no_endpoint_into_service_after_its_end(until: str, run: str | None) -> None:
    event = due(
        schedule="hours-on",
        workflow="promote",
        state_machine_arn=MACHINES["promote"],
        input={"model": "last-live"},
        until=until,
    )
    assert started(event, FakeExecutions()) == run


def test_an_endpoint_that_is_off_has_ended() -> None:
    assert ended("none", ends_at="2026-01-01T00:00:00+00:00") is None
