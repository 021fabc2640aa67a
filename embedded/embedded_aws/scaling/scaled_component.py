"""The scaled resource: an inference component, reached through SageMaker's API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from embedded_aws.scaling.endpoint_variant import VariantState
from embedded_aws.scaling.errors import ScalingError, invalid

# A change is under way in any other status of SageMaker's.
_SETTLED = ("InService", "Failed")


class ScaledComponent:
    """Reads and sets the number of a component's copies.

    Args:
        name: the component's.
        client: gives a client of a service that acts with the service-linked role.
    """

    def __init__(self, name: str, client: Callable[[str], Any]) -> None:
        self._name = name
        self._client = client

    def check(self) -> None:
        """Check that the component can be scaled. Raises ApiError where it does not exist."""
        if self.state() is None:
            raise invalid(
                f"SageMaker inference component doesn't exist: inference-component/{self._name}"
            )

    def state(self) -> VariantState | None:
        """Return the component's state, None where it does not exist."""
        try:
            found = self._client("sagemaker").describe_inference_component(
                InferenceComponentName=self._name
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationException":
                raise
            return None
        status: str = found["InferenceComponentStatus"]
        if status not in _SETTLED:
            status = "Updating"
        copies = found["RuntimeConfig"]
        return VariantState(status, copies["CurrentCopyCount"], copies["DesiredCopyCount"])

    def set_capacity(self, count: int) -> None:
        """Ask for a number of copies. Raises ScalingError with SageMaker's refusal."""
        try:
            self._client("sagemaker").update_inference_component_runtime_config(
                InferenceComponentName=self._name, DesiredRuntimeConfig={"CopyCount": count}
            )
        except ClientError as error:
            raise ScalingError(str(error.response["Error"].get("Message"))) from error
