"""Hours and ends of endpoints are schedules that start promotions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from autogluon_constructs.settings import Environment, parse_environment
from autogluon_contracts.documents.scheduled_run import ScheduledRun
from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import flat, of_type, statements


def settings(**endpoint: Any) -> Environment:
    predictor = {
        "init_args": {"label": "y"},
        "endpoint": {"instance_type": "ml.m5.large", **endpoint},
    }
    return parse_environment("dev", {"predictors": {"p": predictor}}, file="config/dev.yaml")


Synthesize = Callable[[Environment], Templates]


@pytest.fixture(scope="module")
def office(synthesize: Synthesize) -> Templates:
    return synthesize(
        settings(hours={"start": "08:00", "end": "18:00"}, ends="2027-03-31T18:00+02:00")
    )


def runs(templates: Templates) -> dict[str, ScheduledRun]:
    found = [
        ScheduledRun.from_json(json.loads(flat(item["Properties"]["Target"]["Input"])))
        for item in of_type(templates["Workflows"], "AWS::Scheduler::Schedule").values()
    ]
    return {run.schedule: run for run in found}


def reads_live_models(templates: Templates) -> bool:
    return any(
        policy.startswith("SchedulesStartScheduled") and "ssm:GetParameter" in str(statement)
        for policy, statement in statements(templates["Workflows"])
    )


def test_promotions_start_at_the_hours_and_at_the_end(office: Templates) -> None:
    found = runs(office)

    assert {name: run.input["model"] for name, run in found.items()} == {
        "hours-on": "last-live",
        "hours-off": "none",
        "ends": "none",
    }
    assert {run.workflow for run in found.values()} == {"promote"}
    assert {name: run.ends_at for name, run in found.items() if run.ends_at} == {
        "ends": "2027-03-31T16:00:00+00:00"
    }
    assert {name: run.until for name, run in found.items() if run.until} == {
        "hours-on": "2027-03-31T16:00:00+00:00"
    }


def test_only_what_ends_has_its_function_read_live_models(
    office: Templates, synthesize: Synthesize
) -> None:
    assert reads_live_models(office)
    always = synthesize(settings(hours={"start": "08:00", "end": "18:00"}))
    assert not reads_live_models(always)
    [run] = runs(synthesize(settings(ends="36 hours"))).values()
    assert run.ends_after_hours == 36


def test_the_endpoints_stack_stays_as_it_is(office: Templates, synthesize: Synthesize) -> None:
    assert office["PEndpoint"] == synthesize(settings())["PEndpoint"]
