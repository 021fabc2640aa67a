"""`agcdk plan-capacity` with variants, a shadow, steps and bounds at given times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autogluon_cli.capacity.policy import CPU, INVOCATIONS, Policy, Steps
from autogluon_cli.capacity.proposal import propose
from autogluon_cli.capacity.schedule_times import times_between
from autogluon_cli.capacity.simulation import Instance, Variant, simulate, simulate_variants
from autogluon_cli.capacity.traffic import STEP_SECONDS, Traffic, parse_traffic
from embedded_aws.deliveries.schedule import parse_schedule
from tests.unit.cli.settings_files import write_settings
from tests.unit.cli.terminal import Terminal

INSTANCE = Instance(20, 0.01, queue=256, start_seconds=300)
_HOUR = 3600 // STEP_SECONDS


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _endpoint(text: str) -> None:
    lines = "".join(f"      {line}\n" for line in ("instance_type: ml.m5.large", *text.split("\n")))
    write_settings("income", tail=f"    endpoint:\n{lines}")


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 8 ? * MON-FRI *)",
        "cron(30 2 * * ? *)",
        "cron(0/20 22,23 1,15 * ? *)",
        "cron(5 12 L * ? *)",
        "cron(5 12 15W * ? *)",
        "cron(5 12 31W * ? *)",
        "cron(5 12 1W * ? *)",
        "cron(0 1 ? * 6L *)",
        "cron(0 1 ? * TUE#2 *)",
        "cron(15 0-6/3 ? MAR,OCT,11 SUN *)",
        "cron(0 0 1 1 ? 2027)",
        "rate(7 hours)",
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York"])
def test_schedules_come_due_as_in_the_embedded_aws(expression: str, zone: str) -> None:
    first = datetime(2026, 3, 1, tzinfo=UTC)
    last = first + timedelta(days=370)
    theirs, begin = [], first.timestamp()
    schedule = parse_schedule(expression, zone)
    due = schedule.next_after(begin - 1, begin)
    while due is not None and due < last.timestamp():
        theirs.append(due)
        due = schedule.next_after(due, begin)
    assert theirs
    assert list(times_between(expression, zone, first, last)) == theirs


def test_bounds_that_come_due_start_and_end_instances() -> None:
    day = parse_traffic("constant:5")
    later = [(8.0 * 3600, 4, 6), (20.0 * 3600, 1, 2)]
    policy = Policy(1, 10, {INVOCATIONS: 600.0}, later=later)
    steps = simulate(day, INSTANCE, policy, 1).steps
    counts = [step.instances for step in steps]
    assert set(counts[: 8 * _HOUR + 30]) == {1}, "five minutes until new instances answer"
    assert set(counts[8 * _HOUR + 30 : 20 * _HOUR]) == {4}, "not fewer, though one were enough"
    assert counts[20 * _HOUR] == 2, "at most two, at once"
    assert counts[-1] == 1, "and one, when the load has been low"


def test_the_bounds_that_came_due_last_hold_at_the_beginning(terminal: Terminal) -> None:
    schedules = """autoscaling:
  min_capacity: 1
  max_capacity: 9
  target_invocations_per_instance: 600
  schedules:
    week: {expression: "cron(0 8 ? * MON *)", min_capacity: 3, max_capacity: 9}
    end: {expression: "cron(0 20 ? * FRI *)", min_capacity: 2, max_capacity: 9}"""
    _endpoint(schedules)
    given = ("plan-capacity", "income", "--throughput", "20", "--traffic", "constant:1")
    per_day = {
        day: terminal.json(*given, *day)["settings"]["usd_per_day"]
        for day in ((), ("--day", "2026-12-05"), ("--day", "2026-12-04"))
    }
    hour = per_day[()] / (24 * 3)
    assert per_day[("--day", "2026-12-05")] == pytest.approx(24 * 2 * hour), "a Saturday"
    friday = per_day[("--day", "2026-12-04")]
    # The load has been low for long: the third instance goes as soon as it may.
    assert friday == pytest.approx((20 * 3 + 4 * 2) * hour, rel=0.01)

    code, out, _ = terminal.run(*given)
    assert code == 0
    assert "the proposal has none" in out


def test_a_days_shape_is_not_that_of_recorded_traffic(terminal: Terminal, folder: Path) -> None:
    _endpoint("initial_instance_count: 1")
    (folder / "day.csv").write_text("timestamp,requests\n0,5\n60,5\n")
    given = ("plan-capacity", "income", "--throughput", "20", "--traffic", "day.csv")
    code, _, err = terminal.run(*given, "--day", "2026-12-05")
    assert code != 0
    assert "day.csv has times of its own" in err


def test_variants_get_their_shares_and_cost_their_instances() -> None:
    traffic = Traffic("made", [30.0] * 360)
    variants = [Variant("main", 0.75, 2), Variant("challenger", 0.25, 1)]
    both = simulate_variants(traffic, INSTANCE, Policy(1, 3), variants)
    assert both.most_instances == 3
    assert both.instance_hours_per_day == pytest.approx(3 * 24)
    assert both.requests == pytest.approx(30 * 3600)
    assert both.dropped == 0
    alone = simulate(traffic, INSTANCE, Policy(1, 3), 1)
    assert alone.dropped > 0

    lopsided = [Variant("main", 0.9, 1), Variant("challenger", 0.1, 1)]
    crowded = simulate_variants(traffic, INSTANCE, Policy(1, 1), lopsided)
    assert crowded.dropped == pytest.approx(
        simulate(Traffic("made", [27.0] * 360), INSTANCE, Policy(1, 1), 1).dropped
    )
    assert crowded.latency(0.05) == pytest.approx(0.01), "the challenger's requests do not wait"
    assert crowded.latency(0.99) > 1


def test_the_command_counts_every_variant(terminal: Terminal) -> None:
    given = ("plan-capacity", "income", "--throughput", "20", "--traffic", "constant:30")
    _endpoint("initial_instance_count: 2")
    alone = terminal.json(*given)["settings"]
    _endpoint("initial_instance_count: 2\nvariants: {main: {weight: 3}, new: {weight: 1}}")
    told = terminal.json(*given)
    assert told["variants"] == [{"name": "main", "share": 0.75}, {"name": "new", "share": 0.25}]
    assert told["settings"]["usd_per_day"] == pytest.approx(2 * alone["usd_per_day"])
    assert told["proposal"]["dropped"] == 0
    code, out, _ = terminal.run(*given)
    assert code == 0
    assert "The variants share the requests: main 75%, new 25%." in out


def test_a_shadow_costs_and_gets_no_callers(terminal: Terminal) -> None:
    given = ("plan-capacity", "income", "--throughput", "20", "--traffic", "constant:10")
    _endpoint("initial_instance_count: 2")
    alone = terminal.json(*given)
    _endpoint("initial_instance_count: 2\nshadow: {initial_instance_count: 1}")
    told = terminal.json(*given)
    for row in ("settings", "proposal"):
        more = told[row]["usd_per_day"] - alone[row]["usd_per_day"]
        assert more == pytest.approx(alone["settings"]["usd_per_day"] / 2)
        assert told[row]["requests"] == alone[row]["requests"]
    assert "USD of the costs a day" in terminal.run(*given)[1]


def test_a_variant_on_another_type_is_not_guessed(terminal: Terminal) -> None:
    _endpoint("variants: {main: {weight: 3}, new: {weight: 1, instance_type: ml.c5.xlarge}}")
    code, _, err = terminal.run("plan-capacity", "income", "--throughput", "20")
    assert code != 0
    assert "Variant 'new' runs on ml.c5.xlarge" in err


def test_steps_of_the_settings_are_proposed_where_they_cost_least() -> None:
    # Instances that start at once may be as full as these steps make them.
    at_once = replace(INSTANCE, start_seconds=0)
    steps = Steps(INVOCATIONS, [(1000, 1), (1100, 2)], [(700, 1)], out_minutes=1, in_minutes=1)
    policy = Policy(1, 9, {INVOCATIONS: 800.0}, 0, 0, steps)
    found = propose(parse_traffic("daily:2:100"), at_once, policy, longest_latency=30)
    assert found is not None
    assert found.policy.steps == steps
    assert found.policy.targets == {}


def test_a_target_on_processors_is_proposed_where_the_settings_have_one() -> None:
    policy = Policy(1, 9, {CPU: 95.0})
    found = propose(parse_traffic("daily:2:100"), INSTANCE, policy, longest_latency=1)
    assert found is not None
    assert set(found.policy.targets) == {CPU}
    assert 30 <= found.policy.targets[CPU] <= 70


def test_proposed_steps_are_settings(terminal: Terminal) -> None:
    _endpoint("""autoscaling:
  min_capacity: 1
  max_capacity: 9
  scale_in_cooldown_seconds: 0
  scale_out_cooldown_seconds: 0
  steps:
    metric: invocations_per_instance
    scale_out: [{at_least: 1000, add: 1}, {at_least: 1100, add: 2}]
    scale_in: [{at_most: 700, remove: 1}]
    scale_out_minutes: 1
    scale_in_minutes: 1""")
    given = ("plan-capacity", "income", "--throughput", "20", "--traffic", "daily:2:100")
    given = (*given, "--start-minutes", "0", "--longest-ms", "30000")
    told = terminal.json(*given)["proposal"]
    assert told["steps"]["scale_out"][1] == {"at_least": 1100, "add": 2}
    _, out, _ = terminal.run(*given)
    proposed = out.partition("predictors:\n")[2].partition("Put it into")[0]
    endpoint = proposed.replace("    endpoint:", "    endpoint:\n      instance_type: ml.m5.large")
    write_settings("income", tail=endpoint.partition("  income:\n")[2])
    assert terminal.run("validate")[0] == 0
    again = terminal.json(*given)["settings"]
    assert again["usd_per_day"] == pytest.approx(told["usd_per_day"], rel=0.05)


@pytest.mark.parametrize(
    ("endpoint", "advice"),
    [
        ("{mode: serverless, network_isolation: false}", "set max_concurrency to"),
        ("{mode: component, shared_endpoint: small}", "A copy scales as an instance does"),
    ],
)
def test_other_modes_are_refused_with_what_to_do(
    terminal: Terminal, endpoint: str, advice: str
) -> None:
    shared = "shared_endpoints: {small: {instance_type: ml.m5.large, max_instances: 2}}\n"
    write_settings("income", head=shared, tail=f"    endpoint: {endpoint}\n")
    code, _, err = terminal.run("plan-capacity", "income", "--throughput", "5")
    assert code != 0
    assert advice in err
