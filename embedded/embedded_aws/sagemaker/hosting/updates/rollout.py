"""Move an endpoint's traffic to a new fleet in steps, and back where an alarm says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from embedded_aws.gateway import ApiError
from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.hosting.deployment import AnyCapacity, Deployment, deploy
from embedded_aws.sagemaker.hosting.endpoint import Endpoint, announce_deployment, announce_endpoint
from embedded_aws.sagemaker.hosting.instance_pools import PRODUCTION, Types, require_capacity
from embedded_aws.sagemaker.hosting.next_fleet import NextFleet, Stage
from embedded_aws.sagemaker.hosting.updates.alarm_watch import AlarmWatch
from embedded_aws.sagemaker.hosting.updates.policy import CANARY, ROLLING, UpdatePolicy
from embedded_aws.sagemaker.hosting.variant import Capacity, Variant
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record, RegionStore

_LOOK_SECONDS = 1.0  # between two looks at the alarms


class _ClosingError(Exception):
    """The embedded AWS ends."""


@dataclass
class Rollout:
    """One update of an endpoint with one variant on instances.

    The fleet in service (blue) answers until the next one (green) has all traffic and has baked.
    """

    service: SageMaker
    store: RegionStore
    endpoint: Endpoint
    config: Record
    types: Types
    policy: UpdatePolicy
    retained: Mapping[str, AnyCapacity]
    _alarms: AlarmWatch = field(init=False)
    _deadline: float | None = field(init=False, default=None)
    _before: Capacity = field(init=False)
    _wanted: Capacity = field(init=False)
    _steps: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        blue = self._blue
        self._before = blue.desired
        [request] = self.config.request[PRODUCTION]
        own = Capacity(request["InitialInstanceCount"], request["InitialVariantWeight"])
        self._wanted = cast(Capacity, self.retained.get(request["VariantName"], own))
        # Once, so that a step of a wrong size is refused before anything starts.
        self._steps = tuple(self.policy.steps(self._wanted.instance_count))

    def carry_out(self) -> None:
        """Move all traffic, or none: the endpoint is in service with one configuration again."""
        try:
            self._begin()
            for reached in self._steps:
                self._reach(reached)
        except _ClosingError:
            return
        except (JobError, ApiError) as error:
            self._roll_back(getattr(error, "message", str(error)))
            return
        except Exception as error:  # noqa: BLE001 - a thread's last resort: it must settle
            self._roll_back(f"{type(error).__name__}: {error}")
            return
        self._finish()

    @property
    def _blue(self) -> Variant:
        assert self.endpoint.deployment is not None  # an endpoint in service has one
        [blue] = self.endpoint.deployment.variants.values()
        return cast(Variant, blue)

    def _begin(self) -> None:
        clock, limit = self.service.runtime.clock, self.policy.timeout_seconds
        self._deadline = None if limit is None else clock.time() + limit
        self._alarms = AlarmWatch(
            self.service, self.store.region, self.endpoint, self._blue.role_arn, self.policy.alarms
        )
        self._alarms.require_all()
        self._alarms.require_quiet()
        require_capacity(self.types)

    def _reach(self, reached: int) -> None:
        """Give so many instances of the next fleet traffic, and wait as the policy says."""
        total = self._wanted.instance_count
        is_rolling, is_last = self.policy.kind == ROLLING, reached == total
        fleet = self._launch(reached if is_rolling else total)
        part = "full" if is_last else ("canary" if self.policy.kind == CANARY else "partial")
        capacity = f"{part} capacity of {reached} instance(s)"
        self._enter(fleet, "ActivatingTraffic", f"Activating traffic on {capacity}.")
        with self.store.lock:
            fleet.share = reached / total
        seconds, member = self.policy.wait_seconds, "WaitIntervalInSeconds"
        if is_last and not is_rolling:
            seconds, member = self.policy.bake_seconds, "TerminationWaitInSeconds"
        # Before it is announced: a test that sees the announcement may move the clock at once.
        end = self.service.runtime.clock.time() + seconds
        self._enter(
            fleet,
            "Baking",
            f"Baking for {seconds:.0f} seconds ({member}) with traffic enabled on {capacity}.",
        )
        self._bake(end)
        if is_rolling and not is_last:
            self._shrink_blue(reached / total)

    def _launch(self, count: int) -> NextFleet:
        """Return the next fleet with so many instances, all of them healthy."""
        fleet = self.endpoint.next_fleet
        wanted = replace(self._wanted, instance_count=count)
        if fleet is None:
            launching = Stage("Creating", f"Launching {count} instance(s).")
            fleet = NextFleet(Deployment(self.config.name), launching)
            with self.store.lock:
                self.endpoint.next_fleet = fleet
            self._announce(launching)
            name = self._blue.name
            fleet.deployment = deploy(
                self.service,
                self.endpoint,
                self.store.region,
                self.config,
                {name: wanted},
                self.types,
            )
            return fleet
        [green] = fleet.deployment.variants.values()
        assert isinstance(green, Variant)
        if green.desired != wanted:
            more = count - green.desired.instance_count
            self._enter(fleet, "Updating", f"Launching {more} instance(s).")
            green.desired = wanted
            green.reach_desired()
        return fleet

    def _shrink_blue(self, moved: float) -> None:
        blue = self._blue
        had = self._before.instance_count
        # One of them answers to the end, unless an asynchronous endpoint had scaled in to none.
        left = max(min(1, had), had - int(had * moved))
        blue.desired = replace(self._before, instance_count=left)
        blue.reach_desired()

    def _bake(self, end: float) -> None:
        """Wait until `end`, by the clock that tests can move.

        Raises:
            JobError: an alarm went off, or the update takes too long.
        """
        clock = self.service.runtime.clock
        while True:
            if self.service.closing.is_set():
                raise _ClosingError
            self._alarms.require_quiet()
            if self._deadline is not None and clock.time() > self._deadline:
                raise JobError(
                    "The deployment took longer than MaximumExecutionTimeoutInSeconds "
                    f"({self.policy.timeout_seconds:.0f})."
                )
            left = end - clock.time()
            if left <= 0:
                return
            clock.wait(min(left, _LOOK_SECONDS), self.service.closing.is_set)

    def _enter(self, fleet: NextFleet, status: str, message: str) -> None:
        fleet.stage = Stage(status, message)
        self._announce(fleet.stage)

    def _announce(self, stage: Stage) -> None:
        self.service.say(f"endpoint {self.endpoint.name}: {stage.message}")
        announce_deployment(self.service, self.endpoint, self.store.region)

    def _finish(self) -> None:
        with self.store.lock:
            fleet, old = self.endpoint.next_fleet, self.endpoint.deployment
            assert fleet is not None
            assert old is not None
            self.endpoint.deployment, self.endpoint.next_fleet = fleet.deployment, None
            self.endpoint.config_name, self.endpoint.failure_reason = self.config.name, None
            self.endpoint.settle("InService")
        self.service.say(f"endpoint {self.endpoint.name} is in service with {self.config.name}")
        announce_endpoint(self.service, self.endpoint, self.store.region)
        old.stop()

    def _roll_back(self, reason: str) -> None:
        """Give the fleet in service all of its instances and all traffic again."""
        if self.service.closing.is_set():
            return
        endpoint, blue = self.endpoint, self._blue
        with self.store.lock:
            endpoint.status = "RollingBack"
        announce_endpoint(self.service, endpoint, self.store.region)
        status = "InService"
        try:
            # All at once, RollbackMaximumBatchSize's default; before that the rest would overload.
            blue.desired = self._before
            blue.reach_desired()
        except (JobError, ApiError, OSError, RuntimeError) as error:
            status, reason = "UpdateRollbackFailed", f"{reason} Besides: {error}"
        with self.store.lock:
            fleet, endpoint.next_fleet = endpoint.next_fleet, None
            endpoint.failure_reason = reason
            endpoint.settle(status)
        self.service.say(f"endpoint {endpoint.name}: deployment failed: {reason}")
        announce_endpoint(self.service, endpoint, self.store.region)
        if fleet is not None:
            fleet.deployment.stop()
