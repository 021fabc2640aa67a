"""What a capacity plan says: as a document, as a table, as settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click

from autogluon_cli.capacity.policy import Policy, Steps
from autogluon_cli.capacity.proposal import MOST_INSTANCES, Proposal
from autogluon_cli.capacity.simulation import Instance, Variant
from autogluon_cli.capacity.traffic import Traffic
from autogluon_cli.terminal.output import print_table
from autogluon_contracts.wording import listed


@dataclass(frozen=True)
class Plan:
    """The settings' policy and a better one, under the same traffic.

    Attributes:
        settings: what the settings do with the traffic.
        proposal: None where nothing tried is good enough.
        usd_per_hour: of one instance.
        longest_ms: what the proposal was asked to keep.
        is_least: whether an instance may answer more than was measured.
        variants: who shares the requests.
        shadow_usd_per_day: of a shadow, which every policy leaves as it is.
        is_asynchronous: whether requests wait in a queue, and none is refused.
    """

    predictor: str
    traffic: Traffic
    instance: Instance
    settings: Proposal
    proposal: Proposal | None
    usd_per_hour: float
    longest_ms: float
    is_least: bool
    variants: Sequence[Variant] = ()
    shadow_usd_per_day: float = 0
    is_asynchronous: bool = False

    def document(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        day = self.traffic
        return {
            "predictor": self.predictor,
            "traffic": {
                "name": day.name,
                "hours": day.seconds / 3600,
                "requests_per_second": {"mean": day.mean, "highest": day.peak},
            },
            "variants": [{"name": each.name, "share": each.share} for each in self.variants],
            "instance": {**vars(self.instance), "may_answer_more": self.is_least},
            "settings": self._told(self.settings),
            "proposal": None if self.proposal is None else self._told(self.proposal),
        }

    def print_table(self) -> None:
        """Print what an instance answers, and both policies side by side."""
        if self.is_least:
            click.echo(
                "The callers on this machine were the limit: the endpoint may answer more than "
                "this."
            )
        click.echo(
            f"One instance answers {self.instance.requests_per_second:,.1f} requests per second, "
            f"one alone in {1000 * self.instance.latency_seconds:,.1f} ms."
        )
        if len(self.variants) > 1:
            shares = listed([f"{each.name} {each.share:.0%}" for each in self.variants])
            click.echo(f"The variants share the requests: {shares}. Bounds hold for each of them.")
        if self.shadow_usd_per_day:
            click.echo(
                f"The shadow, whose number of instances stays, is {self.shadow_usd_per_day:,.2f} "
                "USD of the costs a day."
            )
        shown = {"settings": self.settings, "proposal": self.proposal}
        rows = [self._row(name, each) for name, each in shown.items() if each is not None]
        day = self.traffic
        print_table(
            f"{self.predictor} under {day.name}: {day.mean:,.1f} requests per second, at most "
            f"{day.peak:,.1f}",
            (
                "",
                "instances",
                "most",
                "not answered" if self.is_asynchronous else "dropped",
                "p50 ms",
                "p99 ms",
                "USD a day",
            ),
            rows,
            empty="",
        )

    def yaml(self) -> str | None:
        """Return the settings of the proposal; None without one."""
        return None if self.proposal is None else _yaml(self.proposal.policy, self.predictor)

    def why_nothing(self) -> str:
        """Return why nothing is proposed."""
        if 1000 * self.instance.latency_seconds > self.longest_ms:
            return (
                f"Nothing to propose: one request alone takes longer than {self.longest_ms:g} ms "
                "(--longest-ms)."
            )
        if self.is_asynchronous:
            return (
                "Nothing to propose: no policy that was tried answers 99 % of the requests within "
                f"{self.longest_ms:g} ms (--longest-ms); a first instance alone takes minutes."
            )
        return f"Nothing to propose: {MOST_INSTANCES:,} instances do not hold the peak."

    def _told(self, one: Proposal) -> dict[str, Any]:
        policy, outcome = one.policy, one.outcome
        return {
            "min_capacity": policy.fewest,
            "max_capacity": policy.most,
            **policy.targets,
            **({} if policy.steps is None else {"steps": _steps(policy.steps)}),
            "most_instances": outcome.most_instances,
            "requests": round(outcome.requests),
            "dropped": round(outcome.dropped),
            "latency_ms": {f"p{share}": 1000 * outcome.latency(share / 100) for share in (50, 99)},
            "usd_per_day": outcome.instance_hours_per_day * self.usd_per_hour
            + self.shadow_usd_per_day,
        }

    def _row(self, name: str, one: Proposal) -> tuple[Any, ...]:
        told = self._told(one)
        return (
            name,
            f"{told['min_capacity']} to {told['max_capacity']}",
            told["most_instances"],
            f"{told['dropped']:,} of {told['requests']:,}",
            f"{told['latency_ms']['p50']:,.0f}",
            f"{told['latency_ms']['p99']:,.0f}",
            f"{told['usd_per_day']:,.2f}",
        )


def _steps(steps: Steps) -> dict[str, Any]:
    """Return steps as the settings have them."""
    return {
        "metric": steps.metric.removeprefix("target_"),
        "scale_out": [{"at_least": bound, "add": count} for bound, count in steps.out],
        "scale_in": [{"at_most": bound, "remove": count} for bound, count in steps.into],
        "scale_out_minutes": steps.out_minutes,
        "scale_in_minutes": steps.in_minutes,
    }


def _steps_yaml(steps: Steps) -> list[str]:
    lines = ["        steps:"]
    for name, value in _steps(steps).items():
        if isinstance(value, list):
            lines.append(f"          {name}:")
            for each in value:
                told = ", ".join(f"{key}: {number:g}" for key, number in each.items())
                lines.append(f"            - {{{told}}}")
        else:
            lines.append(f"          {name}: {value}")
    return lines


def _yaml(policy: Policy, predictor: str) -> str:
    lines = [
        "predictors:",
        f"  {predictor}:",
        "    endpoint:",
        f"      initial_instance_count: {max(1, policy.fewest)}",
    ]
    if policy.most > policy.fewest:
        lines += [
            "      autoscaling:",
            f"        min_capacity: {policy.fewest}",
            f"        max_capacity: {policy.most}",
            *(f"        {name}: {value:g}" for name, value in policy.targets.items()),
            *([] if policy.steps is None else _steps_yaml(policy.steps)),
            f"        scale_in_cooldown_seconds: {policy.scale_in_cooldown}",
            f"        scale_out_cooldown_seconds: {policy.scale_out_cooldown}",
        ]
    else:
        lines[-1] += "  # and leave autoscaling out"
    return "\n".join(lines)
