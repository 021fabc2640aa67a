"""Schedule expressions come due when the guides say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from embedded_aws.deliveries.schedule import ScheduleError, parse_schedule


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def _times(expression: str, begin: str, zone: str = "UTC", count: int = 3) -> list[str]:
    schedule, start = parse_schedule(expression, zone, one_time=True), _seconds(begin)
    found, moment = [], start
    for _ in range(count):
        following = schedule.next_after(moment, start)
        if following is None:
            break
        moment = following
        found.append(datetime.fromtimestamp(moment, UTC).strftime("%m-%dT%H:%M"))
    return found


@pytest.mark.parametrize(
    ("expression", "zone", "times"),
    [
        ("rate(1 minute)", "UTC", ["03-27T00:01", "03-27T00:02", "03-27T00:03"]),
        ("rate(2 hours)", "UTC", ["03-27T02:00", "03-27T04:00", "03-27T06:00"]),
        ("cron(0 12 * * ? *)", "UTC", ["03-27T12:00", "03-28T12:00", "03-29T12:00"]),
        ("cron(0 12 * * ? *)", "Asia/Tokyo", ["03-27T03:00", "03-28T03:00", "03-29T03:00"]),
        ("cron(0 8 L * ? *)", "UTC", ["03-31T08:00", "04-30T08:00", "05-31T08:00"]),
        ("cron(0 8 1W * ? *)", "UTC", ["04-01T08:00", "05-03T08:00", "06-01T08:00"]),
        ("cron(0 8 ? * 2#1 *)", "UTC", ["04-05T08:00", "05-03T08:00", "06-07T08:00"]),
        ("cron(0 8 ? * 6L *)", "UTC", ["04-30T08:00", "05-28T08:00", "06-25T08:00"]),
        ("cron(0 8 ? * L *)", "UTC", ["03-27T08:00", "04-03T08:00", "04-10T08:00"]),
        ("cron(0 0 1 1 ? 2020)", "UTC", []),
        ("cron(0 0 31 2 ? *)", "UTC", []),
        # 02:30 does not exist on 28 March.
        ("cron(30 2 * * ? *)", "Europe/Berlin", ["03-27T01:30", "03-29T00:30", "03-30T00:30"]),
        ("at(2027-03-28T00:00:00)", "Europe/Berlin", ["03-27T23:00"]),
        ("at(2027-03-26T00:00:00)", "UTC", []),
    ],
)
def test_the_next_times(expression: str, zone: str, times: list[str]) -> None:
    assert _times(expression, "2027-03-27T00:00:00", zone) == times


def test_a_minute_that_the_clock_repeats_or_skips_stops_no_schedule() -> None:
    spring = _times("cron(* * * * ? *)", "2027-03-28T00:59:00", "Europe/Berlin", 2)
    assert spring == ["03-28T01:00", "03-28T01:01"]
    autumn = _times("cron(0/30 * * * ? *)", "2027-10-31T00:00:00", "Europe/Berlin", 3)
    assert autumn == ["10-31T00:30", "10-31T02:00", "10-31T02:30"]  # once, not twice


@pytest.mark.parametrize(
    "expression",
    [
        "cron(nope)",
        "cron(0 12 * * * *)",
        "cron(60 * * * ? *)",
        "cron(0 0 LW * ? *)",
        "rate(0 minutes)",
        "rate(1 minutes)",
        "rate(5 minute)",
        "rate(5 weeks)",
        "rate(-1 days)",
        "nope(1)",
        "at(2027-13-01T00:00:00)",
        "at(2027-03-01)",
        "",
    ],
)
def test_other_expressions_are_refused(expression: str) -> None:
    with pytest.raises(ScheduleError):
        parse_schedule(expression, one_time=True)


def test_at_and_unknown_zones_are_refused_where_aws_does() -> None:
    with pytest.raises(ScheduleError, match=r"rate\(VALUE UNIT\)"):
        parse_schedule("at(2027-03-28T00:00:00)")
    with pytest.raises(ScheduleError, match="not a time zone"):
        parse_schedule("rate(1 day)", "Mars/Olympus")


def test_only_the_scheduler_takes_a_singular_unit_for_more_than_one() -> None:
    with pytest.raises(ScheduleError, match="the unit is singular for 1"):
        parse_schedule("rate(5 minute)")
    schedule = parse_schedule("rate(5 minute)", singular=True)
    assert schedule.next_after(0.0, 0.0) == 300.0
    with pytest.raises(ScheduleError):
        parse_schedule("rate(1 minutes)", singular=True)
