"""Promote the versions that people approve, whichever way an approval comes to notice.

An event only says that something about a version changed: SageMaker may send it twice, late or
never. What is done depends on the registry as it is now, and a version's promotion has one name,
so that every event and every look at the registry leads to the same single execution.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.names import approval_run, model_package_group
from autogluon_lambdas.logic.registry.predictors import load_spec
from autogluon_lambdas.logic.registry.quality_gate import APPROVED
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.model_package import ModelPackage
from autogluon_lambdas.ports import Executions, ModelRegistry, PredictorStore


@dataclass(frozen=True)
class Approvals:
    """Starts promotions for predictors whose settings say `promote_on_approval`."""

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
        if endpoint is None or not endpoint.promote_on_approval:
            return []
        versions = self.registry.versions(model_package_group(self.environment.name, predictor))
        latest = next((version.arn for version in versions if version.status == APPROVED), None)
        package = None if latest is None else self.registry.describe(latest)
        if package is None or not _awaits_promotion(package):
            return []
        name = approval_run(predictor, package.arn)
        arguments = {"predictor": predictor, "model": package.arn}
        machine = self.environment.promote_state_machine_arn
        return [name] if self.executions.start(machine, name, arguments) else []


def _awaits_promotion(package: ModelPackage) -> bool:
    """Return whether a person approved the version and nothing has tried to promote it.

    A version that the quality gate approved is promoted by its training run, or was not to be. Of
    the training runs of release 0.1 it is not recorded what the gate decided.
    """
    known = package.metadata
    unknown = known.run is not None and known.decision is None
    decided_by_gate = known.decision == APPROVED or unknown
    tried = known.live_since is not None or known.promotion_failed is not None
    return package.status == APPROVED and not decided_by_gate and not tried
