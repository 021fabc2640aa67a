"""Define permissions on the model versions of an environment."""

from constructs import Construct

from autogluon_constructs.identity.permissions import Permission, arn

_BOUND = "Only model versions and groups of this environment"


def read_model_packages(scope: Construct, environment: str) -> list[Permission]:
    """Return the permission to list and describe model versions."""
    own = f"autogluon-{environment}-*"
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
        Permission(
            actions=("sagemaker:DescribeModelPackage",),
            resources=(arn(scope, "sagemaker", f"model-package/{own}"),),
            bound=_BOUND,
        ),
    ]


def create_model_package_groups(scope: Construct, environment: str) -> Permission:
    """Return the permission to create the group of a predictor's model versions."""
    return Permission(
        actions=("sagemaker:CreateModelPackageGroup", "sagemaker:AddTags"),
        resources=(arn(scope, "sagemaker", f"model-package-group/autogluon-{environment}-*"),),
        bound=_BOUND,
    )


def register_model_packages(scope: Construct, environment: str) -> Permission:
    """Return the permission to add a version to the environment's groups."""
    own = f"autogluon-{environment}-*"
    return Permission(
        # A version has its group's tags; SageMaker takes none with it.
        actions=("sagemaker:CreateModelPackage",),
        resources=(
            arn(scope, "sagemaker", f"model-package/{own}"),
            arn(scope, "sagemaker", f"model-package-group/{own}"),
        ),
        bound=_BOUND,
    )
