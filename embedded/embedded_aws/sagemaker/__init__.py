"""SageMaker: training, endpoints and transforms that really run."""

from embedded_aws.runtime import Runtime
from embedded_aws.sagemaker.install import install_sagemaker


def install(runtime: Runtime) -> None:
    """Register SageMaker's operations."""
    install_sagemaker(runtime)
