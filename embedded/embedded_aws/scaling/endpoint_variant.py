"""The scaled resource: an endpoint's variant, reached through SageMaker's API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from embedded_aws.gateway import ApiError
from embedded_aws.scaling.errors import ScalingError, invalid
from embedded_aws.scaling.scalable_target import INSTANCES, PROVISIONED, TargetKey

# SageMaker guide, "Auto scaling prerequisites": burstable types are not scaled automatically.
_BURSTABLE = "ml.t"


@dataclass(frozen=True)
class VariantState:
    """A variant as DescribeEndpoint shows it."""

    status: str  # the endpoint's
    current: int
    desired: int

    @property
    def is_active(self) -> bool:
        """Return whether the endpoint's capacity can be changed now."""
        return self.status == "InService"


class EndpointVariant:
    """Reads and sets the number of a variant's instances, or its provisioned concurrency.

    Args:
        client: gives a client of a service that acts with the service-linked role.
    """

    def __init__(self, key: TargetKey, client: Callable[[str], Any]) -> None:
        self._key = key
        self._client = client

    def check(self) -> None:
        """Check that the variant can be scaled; its endpoint may still be in creation.

        Raises:
            ApiError: there is no such variant, or it runs on burstable instances.
        """
        endpoint = self._describe()
        if endpoint is None:
            raise self._missing()
        try:
            config = self._client("sagemaker").describe_endpoint_config(
                EndpointConfigName=endpoint["EndpointConfigName"]
            )
        except ClientError:
            # The configuration of a live endpoint may have been deleted: its type is unknown.
            if self.state() is None:
                raise self._missing() from None
            return
        types = {item["VariantName"]: item for item in config["ProductionVariants"]}
        if self._key.variant not in types:
            raise self._missing()
        variant = types[self._key.variant]
        self._check_dimension(variant)
        for item in variant.get("InstancePools") or [variant]:
            instance_type = str(item.get("InstanceType", ""))
            if instance_type.startswith(_BURSTABLE):
                raise invalid(
                    f"Auto scaling does not support the instance type {instance_type} of "
                    f"{self._key.resource_id}: it is burstable."
                )

    def state(self) -> VariantState | None:
        """Return the variant's state, None where it does not exist (yet)."""
        endpoint = self._describe()
        for variant in (endpoint or {}).get("ProductionVariants", []):
            if variant["VariantName"] == self._key.variant and endpoint is not None:
                return VariantState(endpoint["EndpointStatus"], *self._capacities(variant))
        return None

    def _capacities(self, variant: dict[str, Any]) -> tuple[int, int]:
        """Return the current and the desired capacity in a ProductionVariantSummary."""
        if self._key.dimension != PROVISIONED:
            return variant["CurrentInstanceCount"], variant["DesiredInstanceCount"]
        current, desired = (
            variant[f"{when}ServerlessConfig"].get("ProvisionedConcurrency", 0)
            for when in ("Current", "Desired")
        )
        return current, desired

    def _check_dimension(self, variant: dict[str, Any]) -> None:
        """Refuse to scale what the variant has not, by its ProductionVariant."""
        provisioned = variant.get("ServerlessConfig", {}).get("ProvisionedConcurrency")
        if self._key.dimension == PROVISIONED and provisioned is None:
            raise invalid(
                f"{self._key.resource_id} has no provisioned concurrency that could be scaled."
            )
        if self._key.dimension == INSTANCES and "ServerlessConfig" in variant:
            raise invalid(f"{self._key.resource_id} is serverless and has no instances to scale.")

    def set_capacity(self, count: int) -> None:
        """Ask for a capacity. Raises ScalingError with SageMaker's refusal."""
        asked: dict[str, Any] = {"DesiredInstanceCount": count}
        if self._key.dimension == PROVISIONED:
            asked = {"ServerlessUpdateConfig": {"ProvisionedConcurrency": count}}
        wanted = {"VariantName": self._key.variant, **asked}
        try:
            self._client("sagemaker").update_endpoint_weights_and_capacities(
                EndpointName=self._key.endpoint, DesiredWeightsAndCapacities=[wanted]
            )
        except ClientError as error:
            raise ScalingError(str(error.response["Error"].get("Message"))) from error

    def _describe(self) -> dict[str, Any] | None:
        try:
            endpoint: dict[str, Any] = self._client("sagemaker").describe_endpoint(
                EndpointName=self._key.endpoint
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationException":
                raise
            return None
        return endpoint

    def _missing(self) -> ApiError:
        return invalid(f"SageMaker variant doesn't exist: {self._key.resource_id}")
