"""Search for the target with which an endpoint costs least and loses nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from autogluon_cli.capacity.policy import CPU, INVOCATIONS, Policy
from autogluon_cli.capacity.simulation import Instance, Outcome, Variant, simulate_variants
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
    traffic: Traffic,
    instance: Instance,
    policy: Policy,
    longest_latency: float,
    variants: Sequence[Variant] = (Variant("main", 1, 1),),
) -> Proposal | None:
    """Return the cheapest policy that drops nothing.

    Tried are 30 to 70 % of what an instance can do, from the fewest instances on that the settings
    allow, and from those on that hold the traffic's mean or its peak at this share. Where they hold
    the peak, the policy has no target, and the number of instances stays. The target is on
    processors where that is the settings' only one, else on invocations: requests in progress
    depend on how they come within seconds, which the simulation spreads evenly. The steps of the
    settings are tried as they are, with these bounds. Schedules are left out.

    Args:
        policy: that of the settings.
        longest_latency: of 99 % of the requests, in seconds.
        variants: which have the bounds and the target each.

    Returns:
        None where one request alone is slower, or 1,000 instances do not hold the peak.
    """
    tried = [
        Proposal(
            one,
            simulate_variants(
                traffic, instance, one, [replace(each, first=one.fewest) for each in variants]
            ),
        )
        for one in _tried(traffic, instance, policy, max(each.share for each in variants))
    ]
    good = [
        one
        for one in tried
        if one.outcome.dropped < 1 and one.outcome.latency(0.99) <= longest_latency
    ]
    return min(good, key=lambda one: one.outcome.instance_hours_per_day, default=None)


def _tried(
    traffic: Traffic, instance: Instance, policy: Policy, largest: float
) -> Iterator[Policy]:
    rate = instance.requests_per_second
    unscheduled = replace(policy, later=())

    def needed(requests_per_second: float, share: float) -> int:
        count = math.ceil(round(largest * requests_per_second / (rate * share), 9))
        return min(MOST_INSTANCES, max(policy.fewest, count))

    for share in _SHARES:
        most = needed(traffic.peak, share)
        for fewest in sorted({policy.fewest, needed(traffic.mean, share), most}):
            if fewest == most:
                yield replace(unscheduled, fewest=fewest, most=most, targets={}, steps=None)
                continue
            if set(policy.targets) == {CPU}:
                targets = {CPU: round(100 * share, 9)}
            else:
                targets = {INVOCATIONS: float(math.floor(rate * 60 * share) or 1)}
            yield replace(unscheduled, fewest=fewest, most=most, targets=targets, steps=None)
            if policy.steps is not None:
                yield replace(unscheduled, fewest=fewest, most=most, targets={})
