"""What CloudWatch's metrics hold, as far as somebody may read them."""

# ruff: noqa: N803 - arguments are named as boto3's

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.refusals import refused


@dataclass
class FakeMetrics:
    """The sum of each metric's values, by its name."""

    sums: dict[str, float] = field(default_factory=dict)
    may_be_read: bool = True

    def get_metric_statistics(self, *, MetricName: str, **_: Any) -> dict[str, Any]:
        if not self.may_be_read:
            raise refused("AccessDenied", operation="GetMetricStatistics")
        found = self.sums.get(MetricName)
        return {"Datapoints": [] if found is None else [{"Sum": found}]}
