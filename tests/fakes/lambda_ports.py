"""What the Lambdas' other ports answer, as dictionaries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from autogluon_contracts import names
from autogluon_contracts.names import MAIN_VARIANT
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.models.algorithm import AlgorithmResource
from autogluon_lambdas.models.model_package import ModelPackage, ModelVersion
from autogluon_lambdas.ports import EndpointState, Lock, RunningExecution, StackState
from tests.fakes.sandbox import ENDPOINT, ENVIRONMENT, GROUP_ARN, spec


class FakePredictors:
    """Parameters in a dictionary of predictor to spec."""

    def __init__(
        self, *specs: dict[str, Any], live: str = "none", beside: Mapping[str, str] | None = None
    ) -> None:
        self.specs = {entry["name"]: json.dumps(entry) for entry in specs or (spec(),)}
        self.live = live
        self.beside = beside or {}
        self.written = datetime(2026, 3, 1, tzinfo=UTC)

    def names(self) -> list[str]:
        return sorted(self.specs)

    def parameter(self, name: str, path: str) -> str | None:
        return self.specs.get(name) if path == "spec" else None

    def live_model(self, name: str, variant: str = MAIN_VARIANT) -> str:
        assert name in self.specs
        return self.live if variant == MAIN_VARIANT else self.beside.get(variant, "none")

    def live_model_written(self, name: str) -> datetime:
        assert name in self.specs
        return self.written

    def live_model_parameter(self, name: str, variant: str = MAIN_VARIANT) -> str:
        return names.live_model_parameter(ENVIRONMENT, name, variant)


def package(
    version: int, status: str = "Approved", registration: str = "Completed"
) -> ModelPackage:
    return ModelPackage(
        arn=f"{GROUP_ARN}/{version}",
        version=version,
        status=status,
        registration=registration,
        image=spec()["image_uri"],
        model_data_url=f"s3://artifact-bucket/income/runs/run-{version}/output/model.tar.gz",
        environment={"SAGEMAKER_PROGRAM": "inference.py", "SAGEMAKER_MODEL_SERVER_TIMEOUT": "60"},
    )


class FakeTrainingJobs:
    """Training jobs as DescribeTrainingJob answers, all of them created since any moment."""

    def __init__(self, *jobs: Mapping[str, Any]) -> None:
        self.jobs = list(jobs)
        self.asked: list[tuple[datetime, str]] = []

    def created_since(self, moment: datetime, beginning: str) -> list[Mapping[str, Any]]:
        self.asked.append((moment, beginning))
        return [job for job in self.jobs if job["TrainingJobName"].startswith(beginning)]

    def described(self, names: Iterable[str]) -> list[Mapping[str, Any]]:
        wanted = set(names)
        return [job for job in self.jobs if job["TrainingJobName"] in wanted]


class FakeRegistry:
    """Model versions of one group."""

    def __init__(self, *packages: ModelPackage, algorithm: AlgorithmResource | None = None) -> None:
        self.packages = {entry.arn: entry for entry in packages}
        self.algorithms = {} if algorithm is None else {algorithm.arn: algorithm}
        self.groups: dict[str, dict[str, str]] = {}

    def ensure_group(self, name: str, description: str, tags: Mapping[str, str]) -> None:
        assert description
        self.groups.setdefault(name, dict(tags))

    def versions(self, group: str) -> list[ModelVersion]:
        assert group == names.model_package_group(ENVIRONMENT, "income")
        found = [ModelVersion(p.arn, p.version, p.status) for p in self.packages.values()]
        return sorted(found, key=lambda version: version.version, reverse=True)

    def describe(self, arn: str) -> ModelPackage | None:
        return self.packages.get(arn)

    def algorithm(self, arn: str) -> AlgorithmResource | None:
        return self.algorithms.get(arn)


class FakeStacks:
    def __init__(self, **states: StackState | str) -> None:
        self.states = {
            name.replace("_", "-"): StackState(state, {}) if isinstance(state, str) else state
            for name, state in states.items()
        }
        self.failures: dict[tuple[str, str], str] = {}

    def state(self, stack_name: str) -> StackState | None:
        return self.states.get(stack_name)

    def first_failure(self, stack_name: str, client_request_token: str) -> str | None:
        return self.failures.get((stack_name, client_request_token))


class FakeExecutions:
    def __init__(self, *running: RunningExecution) -> None:
        self._running = list(running)
        self.started: dict[str, Mapping[str, Any]] = {}
        self.machines: dict[str, str] = {}
        self.statuses: dict[str, str] = {}

    def running(self, state_machine_arn: str) -> list[RunningExecution]:
        assert ":stateMachine:" in state_machine_arn
        return self._running

    def status(self, arn: str) -> str | None:
        return self.statuses.get(arn)

    def start(self, state_machine_arn: str, name: str, arguments: Mapping[str, Any]) -> bool:
        if name in self.started:
            return False
        self.started[name] = arguments
        self.machines[name] = state_machine_arn
        return True


class FakeLocks:
    """One lock, by default taken by none."""

    def __init__(self, held: Lock | None = None, *, is_lost: bool = False) -> None:
        self.held = held
        self._is_lost = is_lost

    def take(self, location: S3Location, holder: str) -> Lock | None:
        assert location == names.promotion_lock("artifact-bucket", "income")
        if self.held is None:
            self.held = Lock(holder, 0, "first")
            return None
        return self.held

    def take_over(self, location: S3Location, holder: str, held: Lock) -> bool:
        assert held == self.held
        if not self._is_lost:
            self.held = Lock(holder, 0, "next")
        return not self._is_lost


class FakeEndpoints:
    def __init__(
        self, state: EndpointState | None = None, containers: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        self._state = state
        self._containers = containers

    def state(self, endpoint_name: str) -> EndpointState | None:
        assert endpoint_name == ENDPOINT
        return self._state

    def containers(self, endpoint_name: str) -> Sequence[Mapping[str, Any]] | None:
        assert endpoint_name == ENDPOINT
        return self._containers or None

    def component_state(self, component_name: str) -> EndpointState | None:
        assert component_name == ENDPOINT
        return self._state
