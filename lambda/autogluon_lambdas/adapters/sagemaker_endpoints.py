"""Read what SageMaker endpoints run."""

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from autogluon_contracts.defaults import AUTO_ENGINE
from autogluon_contracts.documents.server_limits import ENGINE_VARIABLE
from autogluon_lambdas.adapters.sagemaker_registry import is_absent
from autogluon_lambdas.ports import (
    ComponentState,
    EndpointState,
    ServerlessState,
    VariantState,
)


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
        return EndpointState(
            endpoint["EndpointStatus"],
            config_name,
            tuple(
                self._variant(configured, _running(endpoint, members, configured), members)
                for members in ("ProductionVariants", "ShadowProductionVariants")
                for configured in config.get(members, ())
            ),
            endpoint.get("FailureReason"),
        )

    def containers(self, endpoint_name: str) -> list[dict[str, Any]] | None:
        """Return the containers of the main variant, or None when the endpoint does not exist."""
        try:
            endpoint = self._client.describe_endpoint(EndpointName=endpoint_name)
        except ClientError as error:
            if is_absent(error):
                return None
            raise
        config = self._client.describe_endpoint_config(
            EndpointConfigName=endpoint["EndpointConfigName"]
        )
        return self._containers(config["ProductionVariants"][0]["ModelName"])

    def component_state(self, component_name: str) -> EndpointState | None:
        """Return what an inference component runs now, or None when it does not exist."""
        try:
            found = self._client.describe_inference_component(InferenceComponentName=component_name)
        except ClientError as error:
            if is_absent(error):
                return None
            raise
        model, copies = found["Specification"]["ModelName"], found["RuntimeConfig"]
        containers = self._containers(model)
        variant = VariantState(
            name=found["VariantName"],
            model_package_arns=_packages(containers),
            engine=_engine(containers),
            component=ComponentState(found["EndpointName"], copies["CurrentCopyCount"]),
        )
        return EndpointState(found["InferenceComponentStatus"], model, (variant,))

    def _variant(
        self, configured: Mapping[str, Any], running: Mapping[str, Any], members: str
    ) -> VariantState:
        containers = self._containers(configured["ModelName"])
        return VariantState(
            name=configured["VariantName"],
            model_package_arns=_packages(containers),
            instance_type=configured.get("InstanceType") or _running_types(running),
            initial_instance_count=configured.get("InitialInstanceCount"),
            engine=_engine(containers),
            serverless=_serverless(configured),
            weight=running.get("CurrentWeight"),
            is_shadow=members == "ShadowProductionVariants",
        )

    def _containers(self, model_name: str) -> list[dict[str, Any]]:
        model = self._client.describe_model(ModelName=model_name)
        containers = [*model.get("Containers", [])]
        if "PrimaryContainer" in model:
            containers.append(model["PrimaryContainer"])
        return containers


def _packages(containers: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    found = (container.get("ModelPackageName") for container in containers)
    return tuple(package for package in found if package)


def _engine(containers: Sequence[Mapping[str, Any]]) -> str:
    """Return what the live version predicts with; other containers of a pipeline say nothing."""
    found = (container.get("Environment", {}).get(ENGINE_VARIABLE) for container in containers)
    return str(next((engine for engine in found if engine), AUTO_ENGINE))


def _serverless(variant: Mapping[str, Any]) -> ServerlessState | None:
    config = variant.get("ServerlessConfig")
    if config is None:
        return None
    return ServerlessState(config["MemorySizeInMB"], config["MaxConcurrency"])


def _running(
    endpoint: Mapping[str, Any], members: str, configured: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return what DescribeEndpoint says of a variant; nothing while it starts."""
    variants = endpoint.get(members, ())
    return next((each for each in variants if each["VariantName"] == configured["VariantName"]), {})


def _running_types(variant: Mapping[str, Any]) -> str | None:
    """Return what a variant's instances are of, where SageMaker chose among pools."""
    pools = variant.get("InstancePools", ())
    return ", ".join(pool["InstanceType"] for pool in pools if pool["CurrentInstanceCount"]) or None
