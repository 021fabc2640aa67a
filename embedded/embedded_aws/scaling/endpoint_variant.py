"""The scaled resource: an endpoint's variant, reached through SageMaker's API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from embedded_aws.gateway import ApiError
from embedded_aws.scaling.errors import ScalingError, invalid
from embedded_aws.scaling.scalable_target import TargetKey

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
    """Reads and sets the number of a variant's instances.

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
                return VariantState(
                    endpoint["EndpointStatus"],
                    variant["CurrentInstanceCount"],
                    variant["DesiredInstanceCount"],
                )
        return None

    def set_capacity(self, count: int) -> None:
        """Ask for a number of instances. Raises ScalingError with SageMaker's refusal."""
        wanted = {"VariantName": self._key.variant, "DesiredInstanceCount": count}
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
