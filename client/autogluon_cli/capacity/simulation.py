"""Run an endpoint through traffic: a queue before instances whose number follows the load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from autogluon_cli.capacity.fleet import Fleet
from autogluon_cli.capacity.policy import Load, Policy
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
    """What the variants of an endpoint did with traffic, each with its share."""

    variants: Sequence[Sequence[Step]]

    @cached_property
    def steps(self) -> Sequence[Step]:
        """Return the steps of all variants together, whose latency is the mean of a request's."""
        if len(self.variants) == 1:
            return self.variants[0]
        return [_together(steps) for steps in zip(*self.variants, strict=True)]

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
        steps = (step for variant in self.variants for step in variant)
        ordered = sorted((step.latency, step.demand) for step in steps)
        left = share * sum(demand for _, demand in ordered)
        for latency, demand in ordered:
            left -= demand
            if left <= 1e-9:
                return latency
        return ordered[-1][0]


def _together(steps: Sequence[Step]) -> Step:
    demand = sum(step.demand for step in steps)
    waited = sum(step.latency * step.demand for step in steps)
    return Step(
        demand,
        sum(step.instances for step in steps),
        waited / demand if demand else steps[0].latency,
        sum(step.dropped for step in steps),
    )


@dataclass(frozen=True)
class Variant:
    """One of the versions that share an endpoint's requests.

    `share` is that of its requests, 0 to 1; `first` how many instances it starts with.
    """

    name: str
    share: float
    first: int


def simulate_variants(
    traffic: Traffic, instance: Instance, policy: Policy, variants: Sequence[Variant]
) -> Outcome:
    """Send each variant its share of the traffic; the policy holds for each of them."""
    shares = (
        (replace(traffic, rates=[each.share * rate for rate in traffic.rates]), each.first)
        for each in variants
    )
    found = (simulate(share, instance, policy, first) for share, first in shares)
    return Outcome([outcome.steps for outcome in found])


def simulate(traffic: Traffic, instance: Instance, policy: Policy, first: int) -> Outcome:
    """Send traffic to an endpoint that starts with `first` instances, or the nearest allowed.

    Requests are spread evenly.
    """
    fleet = Fleet(policy, first, instance.start_seconds)
    waiting = 0.0
    steps: list[Step] = []
    for number, demand in enumerate(traffic.rates):
        second = number * STEP_SECONDS
        fleet.begin(second)
        running = fleet.running
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
        fleet.follow(second + STEP_SECONDS, load)
    return Outcome([steps])
