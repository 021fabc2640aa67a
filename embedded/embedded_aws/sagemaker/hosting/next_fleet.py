"""The fleet that an update starts beside the one in service, and how much traffic it has."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from embedded_aws.sagemaker.hosting.deployment import Deployment
from embedded_aws.sagemaker.state import now


@dataclass(frozen=True)
class Stage:
    """What an update is doing: a secondary deployment status, and a sentence for people.

    Statuses and sentences: SageMaker guide, "Events that SageMaker AI sends to EventBridge",
    endpoint deployment state change.
    """

    status: str
    message: str
    since: datetime = field(default_factory=now)

    def describe(self) -> dict[str, Any]:
        """Return the ProductionVariantStatus."""
        return {"Status": self.status, "StatusMessage": self.message, "StartTime": self.since}


@dataclass
class NextFleet:
    """The green fleet of an update.

    Attributes:
        share: the part of the requests that it answers, from 0 to 1.
    """

    deployment: Deployment
    stage: Stage
    share: float = 0.0

    def describe(self) -> list[dict[str, Any]]:
        """Return the PendingProductionVariantSummary of each variant."""
        status = [self.stage.describe()]
        return [
            {**each.describe(), "VariantStatus": status}
            for each in self.deployment.variants.values()
        ]
