"""An endpoint's hours and its end are schedules that start promotions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from autogluon_constructs.settings import Environment, SettingsError, parse_environment
from autogluon_constructs.settings.endpoint_modes.hours import Lifetime, lifetime
from autogluon_constructs.settings.reading.yaml_text import parse_yaml

EXAMPLE = Path(__file__).parents[3] / "examples/updates/hours.yaml"
OFFICE = {"start": "08:00", "end": "18:30", "timezone": "Europe/Berlin"}


def parsed(schedules: dict[str, Any] | None = None, **endpoint: Any) -> Environment:
    predictor = {
        "init_args": {"label": "y"},
        "endpoint": {"instance_type": "ml.m5.large", **endpoint},
        "schedules": schedules or {},
    }
    return parse_environment("dev", {"predictors": {"p": predictor}}, file="config/dev.yaml")


def test_hours_are_a_promotion_in_the_morning_and_one_in_the_evening() -> None:
    found = parsed(hours=OFFICE).schedules

    assert {name: (each.expression, dict(each.input)) for (_, name), each in found.items()} == {
        "hours-on": ("cron(0 8 ? * MON,TUE,WED,THU,FRI *)", {"model": "last-live"}),
        "hours-off": ("cron(30 18 ? * MON,TUE,WED,THU,FRI *)", {"model": "none"}),
    }
    assert {each.timezone for each in found.values()} == {"Europe/Berlin"}


@pytest.mark.parametrize(
    ("days", "per_week"),
    [("mon-fri", 52.5), ("mon,wed,sat-sun", 42), ("sun", 10.5), ("mon-sun,wed", 73.5)],
)
def test_hours_of_a_week_are_counted(days: str, per_week: float) -> None:
    hours = parsed(hours={**OFFICE, "days": days}).predictors["p"].endpoint
    assert hours is not None
    assert hours.hours is not None
    assert hours.hours.per_week == per_week


@pytest.mark.parametrize(
    ("hours", "problem"),
    [
        ({**OFFICE, "days": "fri-mon"}, "days and ranges of days from Monday on"),
        ({**OFFICE, "days": "MON"}, "days and ranges of days"),
        ({**OFFICE, "start": "8:00"}, "a time from '00:00' to '23:59'"),
        ({**OFFICE, "end": "24:00"}, "a time from '00:00' to '23:59'"),
        ({**OFFICE, "end": "08:00"}, "end 08:00 is not after start 08:00"),
        ({**OFFICE, "timezone": "Berlin"}, "IANA name of a time zone"),
        ({"start": "08:00"}, "end"),
    ],
)
def test_other_hours_are_refused(hours: dict[str, Any], problem: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parsed(hours=hours)
    assert problem in str(caught.value)


def test_a_time_that_yaml_reads_as_a_number_is_told() -> None:
    hours = parse_yaml("{start: 08:00, end: 18:00}")
    assert hours["end"] == 18 * 60
    with pytest.raises(SettingsError, match='put the time in quotes: "18:00"'):
        parsed(hours=hours)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("2027-03-31", Lifetime(at=datetime(2027, 4, 1, tzinfo=UTC))),
        ("2027-03-31T18:00+02:00", Lifetime(at=datetime(2027, 3, 31, 16, tzinfo=UTC))),
        ("2027-03-31 18:00", Lifetime(at=datetime(2027, 3, 31, 18, tzinfo=UTC))),
        ("14 days", Lifetime(after_hours=14 * 24)),
        ("1 hour", Lifetime(after_hours=1)),
        ("0 days", None),
        ("14", None),
        ("9999 days", None),
        ("9999-12-31", None),
        ("9999-12-31T23:59-01:00", None),
        ("soon", None),
    ],
)
def test_an_end_is_a_time_or_a_duration(text: str, meaning: Lifetime | None) -> None:
    assert lifetime(text) == meaning


def test_an_end_is_looked_for_every_hour() -> None:
    found = parsed(ends="2 days")

    [(key, schedule)] = found.schedules.items()
    assert key == ("p", "ends")
    assert (schedule.expression, dict(schedule.input)) == ("cron(0 * * * ? *)", {"model": "none"})
    assert found.lifetimes == {"p": Lifetime(after_hours=timedelta(days=2) // timedelta(hours=1))}


@pytest.mark.parametrize(
    ("endpoint", "schedules", "problem"),
    [
        ({"ends": "tomorrow"}, {}, "such as '14 days'"),
        ({"promote_on_stage": "Production"}, {}, "such as 'Production/Approved'"),
        (
            {"promote_on_stage": "Production/Approved", "promote_on_approval": True},
            {},
            "leave one of them out",
        ),
        ({"ends": "2 days", "hours": OFFICE}, {}, "whose every start is a promotion"),
        (
            {"hours": OFFICE},
            {
                "hours-on": {
                    "workflow": "promote",
                    "expression": "rate(1 day)",
                    "input": {"model": "none"},
                }
            },
            "schedules.hours-on: endpoint.hours makes a schedule of this name",
        ),
    ],
)
def test_what_contradicts_itself_is_refused(
    endpoint: dict[str, Any], schedules: dict[str, Any], problem: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        parsed(schedules, **endpoint)
    assert problem in str(caught.value)


def test_the_example_has_hours_and_an_end() -> None:
    found = parse_environment("dev", parse_yaml(EXAMPLE.read_text()), file="config/dev.yaml")

    assert {name for _, name in found.schedules} == {"hours-on", "hours-off", "ends"}
    assert found.lifetimes == {"housing": Lifetime(at=datetime(2028, 1, 1, tzinfo=UTC))}


def test_hours_of_every_endpoint_count_as_schedules() -> None:
    predictor = {
        "init_args": {"label": "y"},
        "endpoint": {"instance_type": "ml.m5.large", "hours": OFFICE},
    }
    predictors = {f"p{number}": predictor for number in range(76)}
    with pytest.raises(SettingsError, match="152 schedules; allowed: at most 150"):
        parse_environment("dev", {"predictors": predictors}, file="config/dev.yaml")
