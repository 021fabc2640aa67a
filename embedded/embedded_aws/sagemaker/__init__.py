"""SageMaker: jobs, endpoints and a model registry that really run and serve."""

from embedded_aws.runtime import Runtime
from embedded_aws.sagemaker.install import install_sagemaker


def install(runtime: Runtime) -> None:
    """Register SageMaker's operations."""
    install_sagemaker(runtime)
