"""Define the permissions of a state machine that runs SageMaker jobs and waits for their end."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from autogluon_constructs.identity.permissions import (
    DESCRIBE_KEY,
    FOLLOW_EVENTS,
    Permission,
    arn,
    key_for_volumes,
    pass_role,
)

_BOUND = "Only resources whose names start with a predictor's"


def run_jobs_of(scope: Construct, kind: str, predictors: Sequence[str]) -> Permission:
    """Return the permission to run jobs of some predictors; `kind` is such as `Training`."""
    return Permission(
        actions=(
            "sagemaker:AddTags",
            f"sagemaker:Create{kind}Job",
            f"sagemaker:Describe{kind}Job",
            "sagemaker:ListTags",
            f"sagemaker:Stop{kind}Job",
        ),
        resources=_named_after(scope, f"{kind.lower()}-job", predictors),
        bound=_BOUND,
    )


def keep_models_of(scope: Construct, predictors: Sequence[str]) -> Permission:
    """Return the permission to create models of some predictors and to delete them again."""
    return Permission(
        actions=(
            "sagemaker:AddTags",
            "sagemaker:CreateModel",
            "sagemaker:DeleteModel",
            "sagemaker:ListTags",
        ),
        resources=_named_after(scope, "model", predictors),
        bound=_BOUND,
    )


def end_batches_of(scope: Construct, predictors: Sequence[str]) -> list[Permission]:
    """Return permissions to stop transform jobs of some predictors and to delete their models."""
    return [
        Permission(
            actions=("sagemaker:DescribeTransformJob", "sagemaker:StopTransformJob"),
            resources=_named_after(scope, "transform-job", predictors),
            bound=_BOUND,
        ),
        Permission(
            actions=("sagemaker:DeleteModel",),
            resources=_named_after(scope, "model", predictors),
            bound=_BOUND,
        ),
    ]


def wait_for_jobs(
    scope: Construct, kinds: Sequence[str], *, role: iam.IRole, key: kms.IKey
) -> list[Permission]:
    """Return permissions to follow the jobs' events and to pass them their role and key."""
    return [
        Permission(
            actions=FOLLOW_EVENTS,
            resources=[
                arn(scope, "events", f"rule/StepFunctionsGetEventsForSageMaker{kind}JobsRule")
                for kind in kinds
            ],
        ),
        pass_role(role.role_arn, to_service="sagemaker.amazonaws.com"),
        key_for_volumes(key.key_arn),
        Permission(actions=DESCRIBE_KEY, resources=(key.key_arn,)),
    ]


def _named_after(scope: Construct, kind: str, predictors: Sequence[str]) -> list[str]:
    return [arn(scope, "sagemaker", f"{kind}/{name}-*") for name in predictors]
