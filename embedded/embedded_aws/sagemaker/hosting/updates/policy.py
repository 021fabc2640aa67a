"""Read how an update moves an endpoint's traffic: the DeploymentConfig of UpdateEndpoint.

Meaning and bounds: SageMaker API Reference, BlueGreenUpdatePolicy, TrafficRoutingConfig,
RollingUpdatePolicy and AutoRollbackConfig; what cannot be updated so: SageMaker guide, "Deployment
guardrails", Exclusions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from embedded_aws.sagemaker.errors import invalid, unsupported
from embedded_aws.sagemaker.hosting.components.host_variant import is_host
from embedded_aws.sagemaker.hosting.instance_pools import PRODUCTION, all_variants
from embedded_aws.sagemaker.hosting.serverless.settings import is_serverless
from embedded_aws.sagemaker.state import Record

ALL_AT_ONCE, CANARY, LINEAR, ROLLING = "ALL_AT_ONCE", "CANARY", "LINEAR", "ROLLING"
_PERCENT = "CAPACITY_PERCENT"
_BLUE_GREEN_MEMBER, _ROLLING_MEMBER = "BlueGreenUpdatePolicy", "RollingUpdatePolicy"
# The least and the most of a variant's instances that one step may take, in percent.
_BOUNDS: Mapping[str, tuple[int, int]] = {CANARY: (0, 50), LINEAR: (10, 50), ROLLING: (5, 50)}
_SIZES: Mapping[str, str] = {
    CANARY: "CanarySize",
    LINEAR: "LinearStepSize",
    ROLLING: "MaximumBatchSize",
}


@dataclass(frozen=True)
class UpdatePolicy:
    """How traffic moves from the fleet in service to the next one.

    Attributes:
        size: the CapacitySize of a step; None where all traffic moves at once.
        wait_seconds: the pause after each step before the last one, or after each batch.
        bake_seconds: the pause between the last step and the end of the fleet in service.
        timeout_seconds: how long the update may take; None: without a limit.
        alarms: names of the alarms that undo it.
    """

    kind: str = ALL_AT_ONCE
    size: Mapping[str, Any] | None = None
    wait_seconds: float = 0.0
    bake_seconds: float = 0.0
    timeout_seconds: float | None = None
    alarms: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Return whether the update is a single switch that nothing watches or limits."""
        is_limited = self.timeout_seconds is not None
        return self.kind == ALL_AT_ONCE and not (self.bake_seconds or self.alarms or is_limited)

    def steps(self, instances: int) -> Iterator[int]:
        """Yield how many of the next fleet's instances have traffic after each step.

        Raises:
            ApiError: a step is smaller or larger than SageMaker allows.
        """
        if self.size is None:
            yield instances
            return
        step = self._step(instances)
        if self.kind == CANARY:
            yield from (step, instances)
            return
        reached = 0
        while reached < instances:
            reached = min(reached + step, instances)
            yield reached

    def _step(self, instances: int) -> int:
        assert self.size is not None
        value, (least, most) = int(self.size["Value"]), _BOUNDS[self.kind]
        by_percent = self.size["Type"] == _PERCENT
        percent = value if by_percent else 100 * value / instances
        count = max(1, instances * value // 100) if by_percent else value
        if not least <= percent <= most or 2 * count > instances:
            raise invalid(
                f"{_SIZES[self.kind]} {self.size['Type']} {value} must be at least one instance, "
                f"and between {least}% and {most}% of the variant's total instance count, which "
                f"is {instances}."
            )
        return count


def read_policy(deployment: Mapping[str, Any] | None) -> UpdatePolicy:
    """Return the policy of a DeploymentConfig; the plain one where there is none.

    Raises:
        ApiError: members contradict each other.
    """
    given = deployment or {}
    if _BLUE_GREEN_MEMBER in given and _ROLLING_MEMBER in given:
        raise invalid(f"DeploymentConfig: give {_BLUE_GREEN_MEMBER} or {_ROLLING_MEMBER}.")
    alarms = tuple(
        item["AlarmName"]
        for item in (given.get("AutoRollbackConfiguration") or {}).get("Alarms") or ()
    )
    rolling = given.get(_ROLLING_MEMBER)
    if rolling is not None:
        return UpdatePolicy(
            kind=ROLLING,
            size=rolling[_SIZES[ROLLING]],
            wait_seconds=rolling["WaitIntervalInSeconds"],
            timeout_seconds=rolling.get("MaximumExecutionTimeoutInSeconds"),
            alarms=alarms,
        )
    blue_green = given.get(_BLUE_GREEN_MEMBER) or {}
    routing = blue_green.get("TrafficRoutingConfiguration") or {}
    kind = routing.get("Type", ALL_AT_ONCE)
    for other in (CANARY, LINEAR):
        if (other == kind) != (_SIZES[other] in routing):
            needs = "needs" if other == kind else f"of type {kind} must not have"
            raise invalid(f"TrafficRoutingConfiguration {needs} {_SIZES[other]}.")
    return UpdatePolicy(
        kind=kind,
        size=routing.get(_SIZES[kind]) if kind in _SIZES else None,
        wait_seconds=routing.get("WaitIntervalInSeconds", 0),
        bake_seconds=blue_green.get("TerminationWaitInSeconds", 0),
        timeout_seconds=blue_green.get("MaximumExecutionTimeoutInSeconds"),
        alarms=alarms,
    )


def check_can_move_in_steps(before: Record, config: Record) -> None:
    """Refuse a watched update that an endpoint cannot make from one configuration to the next.

    "Deployment guardrails only apply to Asynchronous inference and Real-time inference endpoint
    types" (SageMaker guide, "Deployment guardrails for updating models in production").

    Raises:
        ApiError: names what is in the way.
    """
    names = [[each["VariantName"] for each in all_variants(it.request)] for it in (before, config)]
    if names[0] != names[1]:
        raise invalid(
            "DeploymentConfig: the new endpoint configuration must have the same variant names as "
            "the old one."
        )
    for part in (before, config):
        [*variants] = part.request[PRODUCTION]
        if len(all_variants(part.request)) > 1 or is_host(variants[0]):
            raise unsupported("DeploymentConfig of endpoints other than with one variant")
        if is_serverless(variants[0]):
            raise invalid("DeploymentConfig: serverless endpoints have no deployment guardrails.")
