"""Estimate what the demo's jobs would cost on AWS: instance-hours times list price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from autogluon_constructs.catalogues.instances import PRICES_AS_OF, instance_types

PRICE_NOTE = f"estimate: on-demand list prices, us-east-1, {PRICES_AS_OF}; seconds as measured here"


@dataclass(frozen=True)
class CostLine:
    """One job or endpoint, priced by its declared instance type."""

    what: str
    instance_type: str
    instance_count: int
    seconds: float
    usd_per_hour: float

    @property
    def usd(self) -> float:
        """Return the estimated cost in US dollars for `seconds` of all instances."""
        return self.seconds / 3600 * self.instance_count * self.usd_per_hour


def training_cost(job: dict[str, Any]) -> CostLine:
    """Price a DescribeTrainingJob answer by its billable seconds."""
    resources = job["ResourceConfig"]
    return _line("training job", resources, job["BillableTimeInSeconds"])


def transform_cost(job: dict[str, Any]) -> CostLine:
    """Price a DescribeTransformJob answer from its start to its end."""
    seconds = (job["TransformEndTime"] - job["TransformStartTime"]).total_seconds()
    return _line("batch transform job", job["TransformResources"], seconds)


def endpoint_cost(endpoint_config: dict[str, Any]) -> CostLine:
    """Price one hour of a DescribeEndpointConfig answer's first variant."""
    variant = endpoint_config["ProductionVariants"][0]
    resources = {
        "InstanceType": variant["InstanceType"],
        "InstanceCount": variant["InitialInstanceCount"],
    }
    return _line("endpoint, per hour", resources, 3600)


def _line(what: str, resources: dict[str, Any], seconds: float) -> CostLine:
    instance_type = resources["InstanceType"]
    return CostLine(
        what=what,
        instance_type=instance_type,
        instance_count=resources["InstanceCount"],
        seconds=seconds,
        usd_per_hour=instance_types()[instance_type].usd_per_hour,
    )
