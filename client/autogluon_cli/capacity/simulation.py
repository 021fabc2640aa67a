"""Run an endpoint through traffic: a queue before instances whose number follows the load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autogluon_cli.capacity.policy import Load, Policy, Scaler
from autogluon_cli.capacity.traffic import STEP_SECONDS, Traffic

TIMEOUT_SECONDS = 60
"""SageMaker closes a request to a real-time endpoint after 60 seconds."""


@dataclass(frozen=True)
class Instance:
    """What one instance can do, as measured.

    `queue` is how many requests it holds that wait; the next one is answered 503.
    """

    requests_per_second: float
    latency_seconds: float
    queue: int
    start_seconds: int


@dataclass(frozen=True)
class Step:
    """One step of a simulation; `latency` is that of a request at its end, in seconds."""

    demand: float
    instances: int
    latency: float
    dropped: float


@dataclass(frozen=True)
class Outcome:
    """What an endpoint did with traffic."""

    steps: Sequence[Step]

    @property
    def requests(self) -> float:
        """Return how many requests came."""
        return sum(step.demand for step in self.steps) * STEP_SECONDS

    @property
    def dropped(self) -> float:
        """Return how many of them were refused, or waited too long."""
        return sum(step.dropped for step in self.steps)

    @property
    def most_instances(self) -> int:
        """Return the most instances that ran."""
        return max(step.instances for step in self.steps)

    @property
    def instance_hours_per_day(self) -> float:
        """Return the hours that instances were billed for in 24 hours."""
        hours = sum(step.instances for step in self.steps) * STEP_SECONDS / 3600
        return hours / (len(self.steps) * STEP_SECONDS / 86400)

    def latency(self, share: float) -> float:
        """Return the latency in seconds that this share of the requests keeps, such as 0.99."""
        ordered = sorted((step.latency, step.demand) for step in self.steps)
        left = share * sum(demand for _, demand in ordered)
        for latency, demand in ordered:
            left -= demand
            if left <= 1e-9:
                return latency
        return ordered[-1][0]


def simulate(traffic: Traffic, instance: Instance, policy: Policy, first: int) -> Outcome:
    """Send traffic to an endpoint that starts with `first` instances.

    Instances that are added answer, and are billed, from the moment that they are ready; those that
    are removed go at once. Requests are spread evenly.
    """
    scaler = Scaler(policy)
    running = asked = first
    ready_at: float | None = None
    waiting = 0.0
    steps: list[Step] = []
    for number, demand in enumerate(traffic.rates):
        second = number * STEP_SECONDS
        if ready_at is not None and second >= ready_at:
            before, running, ready_at = running, asked, None
            scaler.fulfilled(second, before, running)
        rate = running * instance.requests_per_second
        come = demand * STEP_SECONDS
        answered = min(waiting + come, rate * STEP_SECONDS)
        room = min(
            running * instance.queue,
            rate * max(0.0, TIMEOUT_SECONDS - instance.latency_seconds),
        )
        left = waiting + come - answered
        waiting = min(left, room)
        steps.append(
            Step(demand, running, instance.latency_seconds + waiting / rate, left - waiting)
        )
        load = Load(
            invocations=come / running,
            concurrent=(waiting + answered / STEP_SECONDS * instance.latency_seconds) / running,
            busy=answered / (rate * STEP_SECONDS),
        )
        end = second + STEP_SECONDS
        wanted = scaler.wanted(end, asked, load, is_changing=ready_at is not None)
        if wanted > asked:
            asked, ready_at = wanted, end + instance.start_seconds
        elif wanted < asked:
            before, asked, running = running, wanted, wanted
            scaler.fulfilled(end, before, running)
    return Outcome(steps)
