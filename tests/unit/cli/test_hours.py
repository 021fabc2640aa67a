"""Endpoints that are in service at some hours, or until a time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autogluon_constructs.catalogues.instances import instance_types
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import SPEC_PARAMETER, spec
from tests.unit.cli.terminal import Terminal

HOURS = {
    "days": "mon-fri",
    "start": "08:00",
    "end": "18:00",
    "timezone": "Europe/Berlin",
    "per_week": 50.0,
}


def declare(aws: FakeAws, **endpoint: Any) -> None:
    aws.ssm.values[SPEC_PARAMETER] = json.dumps(spec(endpoint={**spec()["endpoint"], **endpoint}))


def test_endpoints_tell_their_hours_and_end(terminal: Terminal, aws: FakeAws) -> None:
    assert "in service" not in terminal.run("endpoints")[1]
    declare(aws, hours=HOURS, ends="2027-03-31")

    (row,) = terminal.json("endpoints")["endpoints"]

    assert (row["hours"], row["ends"]) == (HOURS, "2027-03-31")
    shown = " ".join(terminal.run("endpoints")[1].split())
    assert "mon-fri 08:00-18:00 Europe/Berlin, until 2027-03-31" in shown
    declare(aws, ends="14 days")
    assert "for 14 days" in terminal.run("endpoints")[1]


def test_a_month_has_only_the_hours_in_service(terminal: Terminal, aws: FakeAws) -> None:
    aws.sagemaker.add_endpoint("ml.m5.large", 2)
    declare(aws, hours=HOURS)

    found = terminal.json("cost")

    usd = instance_types()["ml.m5.large"].usd_per_hour
    assert usd is not None
    assert found["endpoints_usd_per_hour"] == pytest.approx(2 * usd)
    assert found["endpoints_usd_per_month"] == pytest.approx(2 * usd * 730 * 50 / 168)
    assert "per month at their hours" in terminal.run("cost")[1]


def test_the_price_of_a_promotion_is_that_of_the_hours(terminal: Terminal, aws: FakeAws) -> None:
    aws.sagemaker.add_package(1)
    declare(aws, hours=HOURS)

    _, _, err = terminal.run("on", "income", "--no-wait")

    assert "USD a month at its hours (mon-fri 08:00-18:00 Europe/Berlin)" in " ".join(err.split())


def test_a_promotion_after_the_end_is_told_that_it_will_not_last(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.sagemaker.add_package(1)
    declare(aws, ends="2020-01-01")
    assert "ends: 2020-01-01 is over" in terminal.run("on", "income", "--no-wait")[2]
    declare(aws, ends="2999-01-01")
    assert "is over" not in terminal.run("on", "income", "--no-wait")[2]
