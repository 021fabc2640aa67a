"""`agcdk plan-capacity`: traffic, scaling as AWS describes it, and the proposal."""

from __future__ import annotations

import io
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from autogluon_cli.capacity.pictures import draw
from autogluon_cli.capacity.policy import CONCURRENCY, CPU, INVOCATIONS, Policy
from autogluon_cli.capacity.proposal import propose
from autogluon_cli.capacity.simulation import Instance, Outcome, simulate
from autogluon_cli.capacity.throughput import measure
from autogluon_cli.capacity.traffic import STEP_SECONDS, Traffic, TrafficError, parse_traffic
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_client.errors import EndpointRequestError
from tests.fakes.refusals import Exceptions, refused
from tests.unit.cli.settings_files import write_settings
from tests.unit.cli.terminal import Terminal

ENDPOINT = """    endpoint:
      instance_type: ml.m5.large
      autoscaling: {min_capacity: 1, max_capacity: 3, target_invocations_per_instance: 600}
"""
INSTANCE = Instance(20, 0.01, queue=256, start_seconds=300)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_settings("income", tail=ENDPOINT)
    return tmp_path


def _minutes(*rates: tuple[int, float]) -> Traffic:
    per_minute = 60 // STEP_SECONDS
    return Traffic("made", [rate for count, rate in rates for _ in range(count * per_minute)])


def _instances(outcome: Outcome) -> list[int]:
    """The instances at the end of each minute."""
    return [step.instances for step in outcome.steps][5::6]


def test_shapes() -> None:
    assert set(parse_traffic("constant:20").rates) == {20.0}
    daily = parse_traffic("daily:2:20")
    assert (daily.seconds, min(daily.rates), daily.peak) == (86400, 2.0, 20.0)
    assert daily.rates.index(20.0) * STEP_SECONDS == 14 * 3600
    spike = parse_traffic("spike:5:50")
    assert sum(rate == 50 for rate in spike.rates) * STEP_SECONDS == 30 * 60


@pytest.mark.parametrize(
    "header", ["timestamp,requests", "time,Sum", "\ufeffTimestamp,Invocations"]
)
def test_recorded_requests_are_rates(folder: Path, header: str) -> None:
    file = folder / "week.csv"
    file.write_text(f"{header}\n2026-11-29T00:00:00Z,60\n2026-11-29T00:01:00Z,120\n", "utf-8")
    assert list(parse_traffic("week.csv").rates) == [1.0] * 6 + [2.0] * 6


@pytest.mark.parametrize(
    ("period", "rates"),
    [
        (1, [3.0, 0.0, 3.0]),  # ten periods in a step
        (15, [2.0, 1.0, 0.0, 2.0, 1.0, 0.0]),
    ],
)
def test_no_recorded_request_is_lost(folder: Path, period: int, rates: list[float]) -> None:
    counts = [30, 0] * 2 if period == 15 else ([30] + [0] * 19) * 2
    counts = counts[: 30 if period == 1 else 4]
    lines = "".join(f"{period * n},{count}\n" for n, count in enumerate(counts))
    (folder / "day.csv").write_text(f"timestamp,requests\n{lines}")
    assert list(parse_traffic("day.csv").rates) == pytest.approx(rates)


def test_times_without_a_zone_are_utc(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hours = "".join(f"2026/03/29 {hour:02}:00:00,36\n" for hour in range(5))
    (folder / "day.csv").write_text(f"timestamp,requests\n{hours}")
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        found = parse_traffic("day.csv")
    time.tzset()
    assert found.seconds == 5 * 3600, "no clock is put forward at two"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dayly:2:20", 'did you mean "daily"?'),
        ("daily:2", "daily:2:20"),
        ("spike:-1:5", "spike:5:50"),
        ("constant:0", "has no requests"),
        ("constant:nan", "cannot be read"),
    ],
)
def test_unknown_shapes_are_refused(text: str, said: str) -> None:
    with pytest.raises(TrafficError) as refused:
        parse_traffic(text)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("a,b\n1,2\n2,3\n", "is not recorded traffic"),
        ("timestamp,requests\n0,5\n", "is not recorded traffic"),
        ("timestamp,requests\n0,5\n60,5\n180,5\n", "line 4: the period is 120 seconds"),
        ("timestamp,requests\n60,5\n0,5\n", "line 3: the period is -60 seconds"),
        ("timestamp,requests\n0,5\n60,many\n", 'line 3: the number of requests "many"'),
        ("timestamp,requests\nnoon,5\n60,5\n", 'line 2: the timestamp "noon"'),
        ("timestamp,requests\n0,0\n60,0\n", "has no requests"),
        ("timestamp,requests\n0,1\n3000000,1\n", "longer than 31 days"),
        ("timestamp,requests\n0,1\n1,1\n", "shorter than 10 seconds"),
    ],
)
def test_recorded_traffic_is_refused_by_line(folder: Path, rows: str, said: str) -> None:
    (folder / "week.csv").write_text(rows)
    with pytest.raises(TrafficError) as refused:
        parse_traffic("week.csv")
    assert said in str(refused.value)


def test_without_targets_the_number_stays_and_the_rest_is_dropped() -> None:
    outcome = simulate(_minutes((10, 30)), INSTANCE, Policy(1, 1), 1)
    assert _instances(outcome) == [1] * 10
    assert outcome.requests == 18_000
    # Each second 10 more come than are answered; 256 of them wait.
    assert outcome.dropped == pytest.approx(600 * 10 - 256)
    assert outcome.steps[-1].latency == pytest.approx(0.01 + 256 / 20)


def test_a_request_that_waits_a_minute_is_dropped() -> None:
    slow = Instance(1, 0.5, queue=1000, start_seconds=0)
    outcome = simulate(_minutes((5, 2)), slow, Policy(1, 1), 1)
    assert outcome.steps[-1].latency == pytest.approx(60)
    assert outcome.dropped == pytest.approx(300 - 59.5)


@pytest.mark.parametrize(
    ("targets", "up"),
    [
        # 10 requests per second are 600 a minute: 3 instances for 1,800.
        ({INVOCATIONS: 600.0}, 3),
        # Half of what an instance can: 30 per second need 3.
        ({CPU: 50.0}, 2),
        ({INVOCATIONS: 600.0, CPU: 50.0}, 3),
    ],
)
def test_a_load_is_followed_up_and_down(targets: dict[str, float], up: int) -> None:
    at_once = Instance(20, 0.01, queue=256, start_seconds=0)
    policy = Policy(1, 10, targets, scale_in_cooldown=0, scale_out_cooldown=0)
    outcome = simulate(_minutes((20, 1), (5, 30), (30, 1)), at_once, policy, 1)
    counts = _instances(outcome)
    assert counts[:23] == [1] * 23, "three minutes above the target"
    assert counts[23] == up
    assert counts[26:38] == [counts[26]] * 12, "fifteen minutes below"
    assert counts[-1] == 1


def test_concurrent_requests_are_looked_at_every_ten_seconds() -> None:
    at_once = Instance(20, 0.5, queue=256, start_seconds=0)
    policy = Policy(1, 10, {CONCURRENCY: 2.0})
    outcome = simulate(_minutes((1, 1), (5, 16)), at_once, policy, 1)
    assert _instances(outcome)[:2] == [1, 4]


def test_a_change_in_progress_holds_up_the_next() -> None:
    policy = Policy(1, 10, {INVOCATIONS: 600.0})
    outcome = simulate(_minutes((30, 40)), INSTANCE, policy, 1)
    counts = _instances(outcome)
    assert counts[:8] == [1] * 8, "three minutes, and five until the instances answer"
    assert counts[8] == counts[-1] == 4


def test_a_cooldown_holds_up_a_smaller_change() -> None:
    policy = Policy(2, 10, {INVOCATIONS: 600.0}, scale_in_cooldown=86400)
    outcome = simulate(_minutes((4, 30), (20, 15), (60, 1)), INSTANCE, policy, 4)
    down = _instances(outcome)
    assert sorted(set(down), reverse=True) == [4, 2]


def test_the_proposal_drops_nothing_and_costs_less_than_the_peak_all_day() -> None:
    day = parse_traffic("daily:2:100")
    policy = Policy(1, 3, {INVOCATIONS: 600.0})
    found = propose(day, INSTANCE, policy, longest_latency=1)
    assert found is not None
    assert found.outcome.dropped < 1
    assert found.outcome.latency(0.99) < 1
    assert found.outcome.instance_hours_per_day < 0.7 * 24 * 100 / (0.7 * 20)
    assert found.policy.targets[INVOCATIONS] <= 0.7 * 20 * 60


def test_where_no_target_suffices_none_is_proposed() -> None:
    never = Instance(20, 2.0, queue=256, start_seconds=300)
    assert propose(parse_traffic("constant:5"), never, Policy(1, 3), longest_latency=1) is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--throughput", "20", "--latency-ms", "2000"],
            "one request alone takes longer than 1000 ms",
        ),
        (["--throughput", "0.01"], "1,000 instances do not hold the peak"),
    ],
)
def test_why_none_is_proposed(terminal: Terminal, options: list[str], said: str) -> None:
    code, out, _ = terminal.run("plan-capacity", "income", "--traffic", "constant:20", *options)
    assert code == 0
    assert f"Nothing to propose: {said}" in out


def test_little_traffic_keeps_the_settings_fewest_instances() -> None:
    found = propose(parse_traffic("constant:5"), INSTANCE, Policy(3, 10, {INVOCATIONS: 600.0}), 1)
    assert found is not None
    assert (found.policy.fewest, found.policy.most, dict(found.policy.targets)) == (3, 3, {})


def test_instances_that_are_there_for_a_sudden_peak_have_room_for_bursts() -> None:
    found = propose(parse_traffic("spike:5:100"), INSTANCE, Policy(1, 3), longest_latency=1)
    assert found is not None
    assert found.policy.fewest * 20 * 0.7 >= 100


def test_the_command_shows_both(terminal: Terminal) -> None:
    given = ("plan-capacity", "income", "--traffic", "daily:2:100", "--throughput", "20")
    code, out, err = terminal.run(*given)
    assert (code, err) == (0, "")
    assert "One instance answers 20.0 requests per second" in out
    assert "initial_instance_count: 1" in out
    assert "        target_invocations_per_instance: " in out

    told = terminal.json(*given)
    assert told["settings"]["max_capacity"] == 3
    assert told["settings"]["dropped"] > 0
    assert told["proposal"]["dropped"] == 0
    assert told["instance"]["queue"] == 256  # 2 workers with 128 each
    assert told["proposal"]["usd_per_day"] < told["proposal"]["most_instances"] * 24 * 0.2


def test_steps_of_the_settings_are_simulated(terminal: Terminal) -> None:
    steps = """    endpoint:
      instance_type: ml.m5.large
      autoscaling:
        min_capacity: 1
        max_capacity: 10
        scale_in_cooldown_seconds: 0
        steps:
          metric: invocations_per_instance
          scale_out: [{at_least: 600, add: 1}, {at_least: 1000, add: 4}]
          scale_in: [{at_most: 100, remove: 2}]
"""
    write_settings("income", tail=steps)
    given = ("plan-capacity", "income", "--throughput", "20", "--traffic")
    assert terminal.json(*given, "constant:9")["settings"]["most_instances"] == 1
    assert terminal.json(*given, "constant:11")["settings"]["most_instances"] == 2
    assert terminal.json(*given, "constant:18")["settings"]["most_instances"] == 5


def test_the_plot_follows_the_readers_mode(terminal: Terminal, folder: Path) -> None:
    given = ("plan-capacity", "income", "--throughput", "20", "--plot", "plan.svg")
    assert terminal.run(*given)[0] == 0
    text = (folder / "plan.svg").read_text()
    assert "prefers-color-scheme: dark" in text
    draw(simulate(parse_traffic("constant:1"), INSTANCE, Policy(1, 1), 1), "again", Path("a.svg"))
    assert Path("a.svg").read_text() != text


@pytest.mark.parametrize(
    ("options", "said", "following"),
    [
        ([], "is not known", "agcdk schema income --print example"),
        (["--throughput", "5", "--request", "r.json"], "give one of them", "--request"),
        (["--request", "r.csv", "--latency-ms", "3"], "--latency-ms goes with", "--request"),
        (["--throughput", "5", "--seconds", "3"], "--seconds goes with --request", "--request"),
        (["--request", "r.dat"], 'the ending ".dat"', "--request"),
        (["--request", "r.json", "--request", "r.csv"], "different formats", "--request"),
        (["--throughput", "5", "--traffic", "x"], 'Traffic "x"', "--traffic daily:2:20"),
        (["--request", "r.json"], "is off", "agcdk on income"),
    ],
)
def test_what_is_missing_is_said(
    terminal: Terminal, folder: Path, options: list[str], said: str, following: str
) -> None:
    for name in ("r.json", "r.csv", "r.dat"):
        (folder / name).write_text("[]")
    code, _, err = terminal.run("plan-capacity", "income", *options)
    assert code != 0
    assert said in err
    assert following in err.split("Next:")[1]


def test_both_commands_that_follow_are_for_the_environment(terminal: Terminal) -> None:
    write_settings("income", environment="prod", tail=ENDPOINT)
    _, _, err = terminal.run("plan-capacity", "income", "-e", "prod")
    example, plan = err.split("Next:")[1].split(" && ")
    assert example.strip() == "agcdk schema income --print example -e prod > request.json"
    assert plan.strip() == "agcdk plan-capacity income --request request.json -e prod"


@pytest.mark.parametrize(
    ("tail", "said"),
    [
        ("", "has no endpoint in its settings"),
        (
            "    endpoint: {mode: serverless, network_isolation: false}\n",
            "'serverless', whose cold starts are not simulated",
        ),
        (
            "    endpoint: {instance_type: ml.m5.large, fallback_instance_types: [ml.m5.xlarge]}\n",
            "has fallback_instance_types",
        ),
    ],
)
def test_only_real_time_endpoints_that_can_scale_are_planned(
    terminal: Terminal, tail: str, said: str
) -> None:
    write_settings("income", tail=tail)
    code, _, err = terminal.run("plan-capacity", "income", "--throughput", "5")
    assert code != 0
    assert said in err


def test_an_unknown_predictor_is_refused_with_the_near_one(terminal: Terminal) -> None:
    code, _, err = terminal.run("plan-capacity", "incme", "--throughput", "5")
    assert code == ExitCode.NOT_FOUND
    assert 'did you mean "income"?' in err


class _Runtime:
    """Answers each request."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.bodies: list[io.BytesIO] = []
        self.exceptions = Exceptions("ModelError")
        self.instance_type = "ml.m5.large"

    def invoke_endpoint(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        return self.answer()

    def answer(self) -> dict[str, Any]:
        body = io.BytesIO(b"[]")
        self.bodies.append(body)
        return {"Body": body}


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> _Runtime:
    """An endpoint that has four instances, by default of the type that the settings name."""
    found = _Runtime()
    command = "autogluon_cli.capacity.live_throughput"
    monkeypatch.setattr(f"{command}._without_retries", lambda _: found)
    monkeypatch.setattr(f"{command}.served_live", lambda *_: {"endpoint": {"name": "e"}})
    monkeypatch.setattr(f"{command}.describe_endpoint", lambda *_: {})
    monkeypatch.setattr(f"{command}.running_instances", lambda *_: (found.instance_type, 4))
    return found


def test_the_live_endpoint_is_measured_per_instance(
    terminal: Terminal, runtime: _Runtime, folder: Path
) -> None:
    (folder / "r.csv").write_text("x\n1\n")
    told = terminal.json("plan-capacity", "income", "--request", "r.csv", "--seconds", "1")
    assert {request["ContentType"] for request in runtime.asked} == {"text/csv"}
    assert {request["EndpointName"] for request in runtime.asked} == {"e"}
    crowded = told["instance"]["requests_per_second"] * 4 * 0.7
    assert 0 < crowded < len(runtime.asked)
    assert told["instance"]["may_answer_more"]
    assert all(body.tell() for body in runtime.bodies), "read, so that connections are kept"


def test_an_endpoint_on_another_type_is_not_measured(
    terminal: Terminal, runtime: _Runtime, folder: Path
) -> None:
    runtime.instance_type = "ml.c5.xlarge"
    (folder / "r.csv").write_text("x\n1\n")
    code, _, err = terminal.run("plan-capacity", "income", "--request", "r.csv")
    assert code != 0
    assert "runs on ml.c5.xlarge" in err
    assert "agcdk on income --instance-type ml.m5.large" in err
    assert runtime.asked == []


class _OneAfterTheOther(_Runtime):
    """Answers ten requests per second, of all callers together."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()

    def answer(self) -> dict[str, Any]:
        with self._lock:
            time.sleep(0.1)
            return super().answer()


def test_answers_that_come_when_the_time_is_over_are_not_throughput() -> None:
    found = measure(_OneAfterTheOther(), "e", [b""], "text/csv", 1)
    assert found.requests_per_second <= 10
    assert not found.is_least


class _Failing(_Runtime):
    """Answers the first requests, and fails at all others."""

    def __init__(self, error: Exception, answers: int = 1) -> None:
        super().__init__()
        self._error, self._answers = error, answers

    def answer(self) -> dict[str, Any]:
        if len(self.asked) > self._answers:
            raise self._error
        return super().answer()


def test_a_connection_that_fails_ends_the_measurement() -> None:
    with pytest.raises(ReadTimeoutError):
        measure(_Failing(ReadTimeoutError(endpoint_url="e")), "e", [b""], "text/csv", 1)


def test_an_endpoint_that_refuses_everything_is_named() -> None:
    error = refused("ModelError", operation="InvokeEndpoint")
    error.response["OriginalStatusCode"] = 503
    with pytest.raises(CommandError, match="The endpoint e answered 503 to all requests"):
        measure(_Failing(error), "e", [b""], "text/csv", 0.2)


def test_a_request_that_the_container_refuses_is_told_as_predict_tells_it() -> None:
    runtime = _Failing(Exception(), answers=0)
    error: Any = runtime.exceptions.refused("ModelError", "InvokeEndpoint")
    error.response["OriginalMessage"] = '{"detail": "Column \\"n\\" is missing."}'
    runtime._error = error
    with pytest.raises(EndpointRequestError, match='refused the request: Column "n" is missing'):
        measure(runtime, "e", [b"[]"], "application/json", 1)
