"""`agcdk plan-capacity` of asynchronous endpoints: a queue, and instances down to none."""

from __future__ import annotations

from pathlib import Path

import pytest

from autogluon_cli.capacity.backlog import simulate_backlog
from autogluon_cli.capacity.policy import BACKLOG, Policy
from autogluon_cli.capacity.proposal import propose_backlog
from autogluon_cli.capacity.simulation import Instance
from autogluon_cli.capacity.traffic import STEP_SECONDS, Traffic, parse_traffic
from tests.unit.cli.settings_files import write_settings
from tests.unit.cli.terminal import Terminal

INSTANCE = Instance(1, 2, queue=0, start_seconds=300)
ENDPOINT = """    endpoint:
      mode: asynchronous
      instance_type: ml.m5.large
      autoscaling: {min_capacity: 0, max_capacity: 4, target_backlog_per_instance: 60}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_settings("income", tail=ENDPOINT)
    return tmp_path


def _minutes(*rates: tuple[int, float]) -> Traffic:
    per_minute = 60 // STEP_SECONDS
    return Traffic("made", [rate for count, rate in rates for _ in range(count * per_minute)])


def test_nothing_is_refused_and_requests_wait_their_turn() -> None:
    outcome = simulate_backlog(_minutes((10, 2), (20, 0)), INSTANCE, Policy(1, 1), 1)
    assert outcome.dropped == 0
    # After ten minutes 1,200 requests have come, and the last is answered after twenty.
    last = outcome.steps[10 * 6 - 1]
    assert last.latency == pytest.approx(600 + 2, abs=STEP_SECONDS)
    assert outcome.latency(0.5) == pytest.approx(300 + 2, abs=STEP_SECONDS)


def test_requests_that_are_not_answered_at_the_end_are_counted() -> None:
    outcome = simulate_backlog(_minutes((10, 2)), INSTANCE, Policy(1, 1), 1)
    assert outcome.dropped == pytest.approx(600)


def test_the_last_instance_goes_and_the_first_request_starts_one() -> None:
    policy = Policy(0, 4, {BACKLOG: 60.0})
    traffic = _minutes((30, 0), (1, 0.5), (30, 0))
    counts = [step.instances for step in simulate_backlog(traffic, INSTANCE, policy, 1).steps][::6]
    assert counts[:15] == [1] * 15, "fifteen quiet minutes"
    assert set(counts[15:31]) == {0}
    # A minute until the alarm, five until the instance answers.
    assert counts[31:36] == [0] * 5
    assert counts[36] == 1
    assert counts[-1] == 0
    assert simulate_backlog(traffic, INSTANCE, policy, 1).dropped == 0


def test_a_backlog_above_the_target_adds_instances() -> None:
    at_once = Instance(1, 2, queue=0, start_seconds=0)
    policy = Policy(1, 8, {BACKLOG: 60.0}, scale_out_cooldown=0)
    counts = [
        step.instances for step in simulate_backlog(_minutes((9, 4)), at_once, policy, 1).steps
    ][::6]
    # 180 more wait with each minute: 100, 280 and 460 on average, 460 / 60 instances after three.
    assert counts[:3] == [1, 1, 1]
    assert counts[3] == 8


def test_the_proposal_waits_where_it_may_and_costs_less_than_the_peak() -> None:
    day = parse_traffic("spike:0.1:10")
    settings = Policy(0, 4, {BACKLOG: 60.0})
    patient = propose_backlog(day, INSTANCE, settings, longest_latency=7200)
    hasty = propose_backlog(day, INSTANCE, settings, longest_latency=5)
    assert patient is not None
    assert hasty is not None
    assert patient.outcome.latency(0.99) <= 7200
    assert hasty.outcome.latency(0.99) <= 5
    cost = [each.outcome.instance_hours_per_day for each in (patient, hasty)]
    assert cost[0] < 60 < cost[1]


def test_the_command_proposes_settings_that_are_valid(terminal: Terminal) -> None:
    given = ("plan-capacity", "income", "--throughput", "1", "--latency-ms", "2000")
    given = (*given, "--traffic", "spike:0.01:5")
    told = terminal.json(*given)
    assert told["settings"]["min_capacity"] == 0
    assert told["settings"]["target_backlog_per_instance"] == 60
    assert told["proposal"]["dropped"] == 0
    assert told["proposal"]["latency_ms"]["p99"] <= 600_000
    code, out, _ = terminal.run(*given)
    assert code == 0
    assert "not answered" in out
    proposed = out.partition("  income:\n")[2].partition("Put it into")[0]
    mode = "    endpoint:\n      mode: asynchronous\n      instance_type: ml.m5.large"
    write_settings("income", tail=proposed.replace("    endpoint:", mode))
    assert terminal.run("validate")[0] == 0
    again = terminal.json(*given)["settings"]
    assert again["usd_per_day"] == pytest.approx(told["proposal"]["usd_per_day"])


def test_what_cannot_be_in_time_is_said(terminal: Terminal) -> None:
    given = ("plan-capacity", "income", "--throughput", "1", "--latency-ms", "50")
    _, out, _ = terminal.run(*given, "--traffic", "constant:2000", "--longest-ms", "100")
    assert "no policy that was tried answers 99 % of the requests within 100 ms" in out


def test_it_is_not_measured(terminal: Terminal, folder: Path) -> None:
    (folder / "r.csv").write_text("x\n1\n")
    code, _, err = terminal.run("plan-capacity", "income", "--request", "r.csv")
    assert code != 0
    assert "is asynchronous, and what one instance of it answers is not measured" in err
    assert "agcdk plan-capacity income --throughput 2" in err
