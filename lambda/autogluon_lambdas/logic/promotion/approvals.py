"""Promote the versions that people approve or put into a stage, however that comes to notice.

An event only says that something about a version changed: SageMaker may send it twice, late or
never. What is done depends on the registry as it is now, and a version's promotion has one name,
so that every event and every look at the registry leads to the same single execution.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.names import approval_run, model_package_group, stage_run
from autogluon_contracts.quality_gate import APPROVED
from autogluon_lambdas.logic.registry.predictors import load_spec
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.model_package import ModelPackage
from autogluon_lambdas.ports import Executions, ModelRegistry, PredictorStore

# Each takes a call to SageMaker.
_MOST_VERSIONS_COMPARED = 100


@dataclass(frozen=True)
class Approvals:
    """Starts promotions where settings say `promote_on_approval` or `promote_on_stage`."""

    environment: Environment
    predictors: PredictorStore
    registry: ModelRegistry
    executions: Executions

    def follow(self, event: Mapping[str, Any]) -> list[str]:
        """Return the names of the promotions that this call started.

        Args:
            event: EventBridge's `SageMaker Model Package State Change`, or a schedule's, which
                names no version: then all predictors are looked at.

        Raises ExceptionGroup after the other predictors if some could not be looked at.
        """
        existing = self.predictors.names()
        changed = event.get("detail", {}).get("ModelPackageGroupName")
        if changed is not None:
            groups = {model_package_group(self.environment.name, name): name for name in existing}
            existing = [groups[changed]] if changed in groups else []
        started, problems = [], []
        for predictor in existing:
            try:
                started += self._promote_due(predictor)
            except Exception as error:  # noqa: BLE001 - raised below; one must not stop the others
                problems.append(error)
        if problems:
            raise ExceptionGroup("Approvals could not be followed", problems)
        return started

    def _promote_due(self, predictor: str) -> list[str]:
        endpoint = load_spec(self.predictors, predictor).endpoint
        if endpoint is None:
            return []
        if endpoint.promote_on_approval:
            package, run_of = next(self._approved(predictor), None), approval_run
            if package is not None and _decided_by_gate(package):
                return []
        elif endpoint.promote_on_stage is not None:
            package, run_of = self._in_stage(predictor, endpoint.promote_on_stage), stage_run
        else:
            return []
        if package is None or package.status != APPROVED or _was_tried(package):
            return []
        name = run_of(predictor, package.arn)
        arguments = {"predictor": predictor, "model": package.arn}
        machine = self.environment.promote_state_machine_arn
        return [name] if self.executions.start(machine, name, arguments) else []

    def _in_stage(self, predictor: str, stage: str) -> ModelPackage | None:
        """Return the latest approved version that is in a stage, among the latest hundred."""
        latest = itertools.islice(self._approved(predictor), _MOST_VERSIONS_COMPARED)
        return next((package for package in latest if package.stage == stage), None)

    def _approved(self, predictor: str) -> Iterator[ModelPackage]:
        """Yield the approved versions, the latest first, each described when it is needed."""
        for version in self.registry.versions(
            model_package_group(self.environment.name, predictor)
        ):
            if version.status == APPROVED:
                package = self.registry.describe(version.arn)
                if package is None:  # deleted meanwhile: an older one must not take its place
                    return
                yield package


def _was_tried(package: ModelPackage) -> bool:
    """Return whether a promotion has put the version into service, or failed at it."""
    known = package.metadata
    return known.live_since is not None or known.promotion_failed is not None


def _decided_by_gate(package: ModelPackage) -> bool:
    """Return whether no person approved the version.

    A version that the quality gate approved is promoted by its training run, or was not to be. Of
    the training runs of release 0.1 it is not recorded what the gate decided.
    """
    known = package.metadata
    unknown = known.run is not None and known.decision is None
    return known.decision == APPROVED or unknown
