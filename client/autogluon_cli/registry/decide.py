"""Record a person's decision about a model version."""

from __future__ import annotations

from typing import Any, Literal

from autogluon_cli.framework.arguments import deployed_predictor
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.registry.versions import find_version

Decision = Literal["Approved", "Rejected"]


def decide(
    invocation: Invocation, predictor: str, version: str, decision: Decision, comment: str | None
) -> dict[str, Any]:
    """Record the decision in the registry and return what is then known of the version.

    Raises:
        CommandError: the version does not exist.
    """
    deployed_predictor(invocation, predictor)
    package = find_version(invocation, predictor, version)
    arn = package["ModelPackageArn"]
    note = {} if comment is None else {"ApprovalDescription": comment}
    invocation.client("sagemaker").update_model_package(
        ModelPackageArn=arn, ModelApprovalStatus=decision, **note
    )
    return {
        "predictor": predictor,
        "version": package["ModelPackageVersion"],
        "arn": arn,
        "status": decision,
        "was": package["ModelApprovalStatus"],
    }
