"""Define permissions on the model versions of an environment, and on what serves them."""

from collections.abc import Sequence

from constructs import Construct

from autogluon_constructs.identity.permissions import FOLLOW_EVENTS, Permission, arn
from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_contracts import names

_BOUND = "Only model versions and groups of this environment"
_EXECUTIONS_RULE = "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"


def read_model_packages(scope: Construct, environment: str) -> list[Permission]:
    """Return the permission to list and describe model versions."""
    own = names.all_of(environment)
    return [
        Permission(
            actions=("sagemaker:ListModelPackages",),
            resources=(
                # SageMaker checks the list against no particular version.
                arn(scope, "sagemaker", "model-package/*"),
                arn(scope, "sagemaker", f"model-package-group/{own}"),
            ),
            bound="Lists names and states of model versions, nothing of their content",
        ),
        describe_model_packages(scope, environment),
    ]


def describe_model_packages(scope: Construct, environment: str) -> Permission:
    """Return the permission to describe model versions whose ARN is known."""
    return Permission(
        actions=("sagemaker:DescribeModelPackage",),
        resources=(arn(scope, "sagemaker", f"model-package/{names.all_of(environment)}"),),
        bound=_BOUND,
    )


def describe_algorithms(arns: Sequence[str]) -> list[Permission]:
    """Return the permission to read what algorithm resources say of themselves."""
    if not arns:
        return []
    return [Permission(actions=("sagemaker:DescribeAlgorithm",), resources=tuple(arns))]


def describe_what_serves(
    scope: Construct, environment: str, named_endpoints: Sequence[str]
) -> list[Permission]:
    """Return the permissions to see what endpoints run: their configurations and models.

    Args:
        named_endpoints: the names of endpoints that are not this project's.
    """
    endpoints = (names.all_of(environment), *named_endpoints)
    return [
        Permission(
            actions=("sagemaker:DescribeEndpoint",),
            resources=[arn(scope, "sagemaker", f"endpoint/{name}") for name in endpoints],
            bound="Read-only, endpoints of this environment",
        ),
        Permission(
            actions=("sagemaker:DescribeEndpointConfig", "sagemaker:DescribeModel"),
            resources=(
                arn(scope, "sagemaker", "endpoint-config/*"),
                arn(scope, "sagemaker", "model/*"),
            ),
            bound="Read-only; CloudFormation generates the names of what it replaces",
        ),
    ]


def create_model_package_groups(scope: Construct, environment: str) -> Permission:
    """Return the permission to create the group of a predictor's model versions."""
    return Permission(
        actions=("sagemaker:CreateModelPackageGroup", "sagemaker:AddTags"),
        resources=(arn(scope, "sagemaker", f"model-package-group/{names.all_of(environment)}"),),
        bound=_BOUND,
    )


def register_model_packages(scope: Construct, environment: str) -> Permission:
    """Return the permission to add a version to the environment's groups."""
    own = names.all_of(environment)
    return Permission(
        # A version has its group's tags; SageMaker takes none with it.
        actions=("sagemaker:CreateModelPackage",),
        resources=(
            arn(scope, "sagemaker", f"model-package/{own}"),
            arn(scope, "sagemaker", f"model-package-group/{own}"),
        ),
        bound=_BOUND,
    )


def run_promotions(
    scope: Construct, promote: StateMachine, *, environment: str
) -> list[Permission]:
    """Return the permissions to start promotions and to wait for their end."""
    name = names.state_machine(environment, "promote")
    return [
        Permission(actions=("states:StartExecution",), resources=(promote.arn,)),
        Permission(
            actions=("states:DescribeExecution", "states:StopExecution"),
            resources=(arn(scope, "states", f"execution:{name}:*"),),
            bound="Only executions of the Promote state machine",
        ),
        Permission(actions=FOLLOW_EVENTS, resources=(arn(scope, "events", _EXECUTIONS_RULE),)),
    ]
