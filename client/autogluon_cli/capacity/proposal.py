"""Search for the target with which an endpoint costs least and loses nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from autogluon_cli.capacity.policy import INVOCATIONS, Policy
from autogluon_cli.capacity.simulation import Instance, Outcome, simulate
from autogluon_cli.capacity.traffic import Traffic

# The simulation's requests come evenly; real ones need room for bursts.
_SHARES = (0.7, 0.6, 0.5, 0.4, 0.3)
MOST_INSTANCES = 1000


@dataclass(frozen=True)
class Proposal:
    """A policy, and what it does with the traffic."""

    policy: Policy
    outcome: Outcome


def propose(
    traffic: Traffic, instance: Instance, policy: Policy, longest_latency: float
) -> Proposal | None:
    """Return the cheapest policy on invocations per instance that drops nothing.

    Tried are 30 to 70 % of what an instance can do, from the fewest instances on that the settings
    allow, and from those on that hold the traffic's mean or its peak at this share. Where they hold
    the peak, the policy has no target, and the number of instances stays.

    Args:
        longest_latency: of 99 % of the requests, in seconds.

    Returns:
        None where one request alone is slower, or 1,000 instances do not hold the peak.
    """
    tried = [
        Proposal(one, simulate(traffic, instance, one, one.fewest))
        for one in _tried(traffic, instance, policy)
    ]
    good = [
        one
        for one in tried
        if one.outcome.dropped < 1 and one.outcome.latency(0.99) <= longest_latency
    ]
    return min(good, key=lambda one: one.outcome.instance_hours_per_day, default=None)


def _tried(traffic: Traffic, instance: Instance, policy: Policy) -> Iterator[Policy]:
    rate = instance.requests_per_second

    def needed(requests_per_second: float, share: float) -> int:
        count = math.ceil(round(requests_per_second / (rate * share), 9))
        return min(MOST_INSTANCES, max(policy.fewest, count))

    for share in _SHARES:
        most = needed(traffic.peak, share)
        for fewest in sorted({policy.fewest, needed(traffic.mean, share), most}):
            target = float(math.floor(rate * 60 * share) or 1)
            targets = {INVOCATIONS: target} if fewest < most else {}
            yield replace(policy, fewest=fewest, most=most, targets=targets, steps=None)
