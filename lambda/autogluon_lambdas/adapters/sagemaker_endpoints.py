"""What SageMaker endpoints really run."""

from typing import Any

from botocore.exceptions import ClientError

from autogluon_lambdas.adapters.sagemaker_registry import is_absent
from autogluon_lambdas.ports import EndpointState


class SageMakerEndpoints:
    """An `Endpoints` over boto3."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def state(self, endpoint_name: str) -> EndpointState | None:
        """What an endpoint runs now, or None when it is absent."""
        try:
            endpoint = self._client.describe_endpoint(EndpointName=endpoint_name)
        except ClientError as error:
            if is_absent(error):
                return None
            raise
        config_name = endpoint["EndpointConfigName"]
        config = self._client.describe_endpoint_config(EndpointConfigName=config_name)
        variants = config["ProductionVariants"]
        packages = tuple(arn for each in variants for arn in self._packages(each["ModelName"]))
        return EndpointState(
            endpoint["EndpointStatus"],
            config_name,
            packages,
            variants[0].get("InstanceType"),
            variants[0].get("InitialInstanceCount"),
        )

    def _packages(self, model_name: str) -> list[str]:
        model = self._client.describe_model(ModelName=model_name)
        containers = [*model.get("Containers", [])]
        if "PrimaryContainer" in model:
            containers.append(model["PrimaryContainer"])
        return [
            container["ModelPackageName"]
            for container in containers
            if container.get("ModelPackageName")
        ]
