"""Run an asynchronous endpoint through traffic: requests wait in a queue, also without instances.

Sources: SageMaker guide, "Autoscale an asynchronous endpoint" and "Monitor asynchronous endpoint":
`ApproximateBacklogSizePerInstance` counts requests that wait or are answered, and has no values
without instances; an alarm on `HasBacklogWithoutCapacity` starts the first one within a minute.
"""

from __future__ import annotations

from autogluon_cli.capacity.fleet import Fleet
from autogluon_cli.capacity.policy import Load, Policy
from autogluon_cli.capacity.simulation import Instance, Outcome, Step
from autogluon_cli.capacity.traffic import STEP_SECONDS, Traffic

_ALARM_SECONDS = 60
_ALL = 1 - 1e-9  # of a request


def simulate_backlog(traffic: Traffic, instance: Instance, policy: Policy, first: int) -> Outcome:
    """Send traffic to an asynchronous endpoint that starts with `first` instances.

    A step's latency is that of a request at its end, until its answer. Requests that are not
    answered when the traffic ends count as dropped in the last step.
    """
    fleet = Fleet(policy, first, instance.start_seconds)
    waiting = so_far = done = 0.0
    instances: list[int] = []
    came: list[float] = []
    answered: list[float] = []
    for number, demand in enumerate(traffic.rates):
        second = number * STEP_SECONDS
        fleet.begin(second)
        rate = fleet.running * instance.requests_per_second
        instances.append(fleet.running)
        waiting += demand * STEP_SECONDS
        now = min(waiting, rate * STEP_SECONDS)
        waiting -= now
        so_far, done = so_far + demand * STEP_SECONDS, done + now
        came.append(so_far)
        answered.append(done)
        end = second + STEP_SECONDS
        if fleet.running:
            in_progress = now / STEP_SECONDS * instance.latency_seconds
            backlog = (waiting + in_progress) / fleet.running
            busy = now / (rate * STEP_SECONDS)
            fleet.follow(end, Load(demand * STEP_SECONDS / fleet.running, backlog, busy, backlog))
        elif waiting >= _ALL and end % _ALARM_SECONDS == 0:
            fleet.wake(end)
    latencies = _latencies(came, answered, instance.latency_seconds)
    last = len(instances) - 1
    return Outcome(
        [
            [
                Step(demand, count, latency, waiting if number == last else 0.0)
                for number, (demand, count, latency) in enumerate(
                    zip(traffic.rates, instances, latencies, strict=True)
                )
            ]
        ]
    )


def _latencies(came: list[float], answered: list[float], alone: float) -> list[float]:
    """Return how long the last request of each step waits for its turn, and is answered.

    Turns are taken in order: it is answered when as many have been as came until then. One that is
    not answered at the end has waited at least so long.
    """
    found, at = [], 0
    for number, so_far in enumerate(came):
        at = max(at, number)
        while at < len(answered) and answered[at] < so_far - 1e-6:
            at += 1
        found.append((at - number) * STEP_SECONDS + alone)
    return found
