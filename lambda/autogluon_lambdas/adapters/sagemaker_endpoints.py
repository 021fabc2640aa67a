"""Read what SageMaker endpoints run."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from autogluon_contracts.defaults import AUTO_ENGINE
from autogluon_contracts.documents.server_limits import ENGINE_VARIABLE
from autogluon_lambdas.adapters.sagemaker_registry import is_absent
from autogluon_lambdas.ports import EndpointState, ServerlessState


class SageMakerEndpoints:
    """An `Endpoints` over boto3."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def state(self, endpoint_name: str) -> EndpointState | None:
        """Return what an endpoint runs now, or None when it does not exist."""
        try:
            endpoint = self._client.describe_endpoint(EndpointName=endpoint_name)
        except ClientError as error:
            if is_absent(error):
                return None
            raise
        config_name = endpoint["EndpointConfigName"]
        config = self._client.describe_endpoint_config(EndpointConfigName=config_name)
        variants = config["ProductionVariants"]
        containers = [item for each in variants for item in self._containers(each["ModelName"])]
        return EndpointState(
            endpoint["EndpointStatus"],
            config_name,
            tuple(
                container["ModelPackageName"]
                for container in containers
                if container.get("ModelPackageName")
            ),
            variants[0].get("InstanceType") or _running_types(endpoint),
            variants[0].get("InitialInstanceCount"),
            containers[0].get("Environment", {}).get(ENGINE_VARIABLE, AUTO_ENGINE),
            _serverless(variants[0]),
        )

    def _containers(self, model_name: str) -> list[dict[str, Any]]:
        model = self._client.describe_model(ModelName=model_name)
        containers = [*model.get("Containers", [])]
        if "PrimaryContainer" in model:
            containers.append(model["PrimaryContainer"])
        return containers


def _serverless(variant: Mapping[str, Any]) -> ServerlessState | None:
    config = variant.get("ServerlessConfig")
    if config is None:
        return None
    return ServerlessState(config["MemorySizeInMB"], config["MaxConcurrency"])


def _running_types(endpoint: Mapping[str, Any]) -> str | None:
    """Return what the first variant's instances are of, where SageMaker chose among pools."""
    pools = endpoint.get("ProductionVariants", [{}])[0].get("InstancePools", ())
    return ", ".join(pool["InstanceType"] for pool in pools if pool["CurrentInstanceCount"]) or None
