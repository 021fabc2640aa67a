"""DescribeScalingActivities."""

from __future__ import annotations

from typing import Any

from embedded_aws.gateway import ApiCall, Operation
from embedded_aws.scaling.pages import chosen, page
from embedded_aws.scaling.registry import Registries


class ActivitiesApi:
    """Shows what scaling has done, the newest first."""

    def __init__(self, registries: Registries) -> None:
        self._registries = registries

    def operations(self) -> dict[str, Operation]:
        """Return the operations by API name."""
        return {"DescribeScalingActivities": self._describe}

    def _describe(self, call: ApiCall) -> dict[str, Any]:
        registry = self._registries.of(call.region)
        everything = bool(call.params.get("IncludeNotScaledActivities"))
        with registry.lock:
            activities = [
                activity.describe()
                for activity in reversed(registry.activities)
                if everything or activity.not_scaled is None
            ]
        return page(call, "ScalingActivities", chosen(call, activities))
