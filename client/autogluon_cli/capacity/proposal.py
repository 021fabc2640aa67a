"""Search for the target with which an endpoint costs least and loses nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from autogluon_cli.capacity.backlog import simulate_backlog
from autogluon_cli.capacity.policy import BACKLOG, CPU, INVOCATIONS, Policy
from autogluon_cli.capacity.simulation import Instance, Outcome, Variant, simulate_variants
from autogluon_cli.capacity.traffic import Traffic

# The simulation's requests come evenly; real ones need room for bursts.
_SHARES = (0.7, 0.6, 0.5, 0.4, 0.3)
_BACKLOG_SHARES = (1, 0.5, 0.25, 0.1)
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
    return _cheapest(tried, longest_latency)


def propose_backlog(
    traffic: Traffic, instance: Instance, policy: Policy, longest_latency: float
) -> Proposal | None:
    """Return the cheapest policy of an asynchronous endpoint that answers in time.

    Tried are targets from a tenth to all of what an instance answers within `longest_latency`, and
    bounds that hold the traffic's mean, its peak, or are between them: requests may wait. The
    fewest instances are those that the settings allow, one, or those that hold the mean or peak.

    Args:
        policy: that of the settings.
        longest_latency: of 99 % of the requests until they are answered, in seconds.

    Returns:
        None where nothing that was tried is good enough.
    """
    tried = [
        Proposal(one, simulate_backlog(traffic, instance, one, max(1, one.fewest)))
        for one in _tried_backlog(traffic, instance, policy, longest_latency)
    ]
    return _cheapest(tried, longest_latency)


def _cheapest(tried: Iterable[Proposal], longest_latency: float) -> Proposal | None:
    good = [
        one
        for one in tried
        if one.outcome.dropped < 1 and one.outcome.latency(0.99) <= longest_latency
    ]
    return min(good, key=lambda one: one.outcome.instance_hours_per_day, default=None)


def _tried_backlog(
    traffic: Traffic, instance: Instance, policy: Policy, longest_latency: float
) -> Iterator[Policy]:
    rate = instance.requests_per_second

    def needed(requests_per_second: float) -> int:
        count = math.ceil(round(requests_per_second / (rate * _SHARES[0]), 9))
        return min(MOST_INSTANCES, max(1, policy.fewest, count))

    mean, peak = needed(traffic.mean), needed(traffic.peak)
    targets = {max(1.0, math.floor(rate * longest_latency * share)) for share in _BACKLOG_SHARES}
    for most in sorted({mean, (mean + peak) // 2, peak}):
        for fewest in sorted({policy.fewest, max(1, policy.fewest), mean, peak}):
            if fewest > most:
                continue
            if fewest == most:
                yield replace(policy, fewest=fewest, most=most, targets={}, later=())
                continue
            for target in sorted(targets):
                scaled = {BACKLOG: target}
                yield replace(policy, fewest=fewest, most=most, targets=scaled, later=())


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
