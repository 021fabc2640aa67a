"""Define how a predictor's drift is judged: the part `drift` of its spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autogluon_contracts.document import key

LONGEST_PERIOD_HOURS = 24 * 31


@dataclass(frozen=True, kw_only=True)
class DriftSpec:
    """What a drift run compares, and when its report names a column."""

    columns: tuple[str, ...] = key("the features to compare; empty: all", default=())
    false_alarm_rate: float = key(
        "the chance that a report on unchanged data names anything, all its comparisons together",
        default=0.01,
        minimum=0.0001,
        maximum=0.5,
    )
    min_change: float = key(
        "the least change that a report names, as a share of the rows; new values are named "
        "however rare they are",
        default=0.02,
        minimum=0,
        maximum=1,
    )
    min_rows: int = key(
        "with fewer rows in the period, nothing is compared", default=200, minimum=20
    )
    period_hours: int = key(
        "how many hours before its start a run compares",
        default=24,
        minimum=1,
        maximum=LONGEST_PERIOD_HOURS,
    )
    instance_type: str = key("where the job runs", default="ml.m5.large")
    fallback_instance_types: tuple[str, ...] = key(
        "what is tried in this order where `instance_type` has no capacity or no quota", default=()
    )
    max_runtime_seconds: int = key(
        "when SageMaker stops the job", default=3600, minimum=60, maximum=86_400
    )
    local_storage_gb: Mapping[str, int] = key(
        "GB of the types with local NVMe disks, which take the place of a volume", factory=dict
    )
