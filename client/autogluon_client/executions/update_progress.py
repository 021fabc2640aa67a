"""Ask SageMaker how far an endpoint's update is."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

_COMPONENT = "component"


class UpdateProgress:
    """How far the update of a predictor's endpoint is; asking never fails the wait.

    Example:
        >>> UpdateProgress(connection, "housing").summary()
        'baking for 600 seconds (WaitIntervalInSeconds) with traffic enabled on canary capacity ...'
    """

    def __init__(self, connection: Any, predictor: str) -> None:
        self._connection, self._predictor = connection, predictor

    @cached_property
    def _endpoint_name(self) -> str | None:
        """Return the name of the predictor's own endpoint; None where it has none."""
        endpoint = self._connection.spec(self._predictor)["endpoint"]
        has_own = endpoint is not None and endpoint.get(_COMPONENT) is None
        return str(endpoint["name"]) if has_own else None

    def summary(self) -> str:
        """Return what SageMaker says of the update; nothing where it says nothing."""
        name = self._endpoint_name
        if name is None:
            return ""
        try:
            found = self._connection.client("sagemaker").describe_endpoint(EndpointName=name)
        except (ClientError, BotoCoreError):
            return ""
        if found["EndpointStatus"] == "RollingBack":
            return "rolling back"
        pending = found.get("PendingDeploymentSummary") or {}
        for variant in pending.get("ProductionVariants") or ():
            for status in variant.get("VariantStatus") or ():
                message = str(status.get("StatusMessage") or status["Status"]).rstrip(".")
                return f"{message[:1].lower()}{message[1:]}"
        return ""
