"""Define the processing steps of a predictor: the part `processing` of its spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autogluon_contracts.defaults import FIVE_DAYS_SECONDS
from autogluon_contracts.document import key

PROFILE = "profile"
"""The step that every predictor has: it describes data on a page, and runs no script."""
PROFILE_INPUTS = ("data", "test")
"""What the step above reads: data, and perhaps test data to compare them with."""
MOST_INPUTS = 7
"""SageMaker's ten inputs of a processing job, without those of code, scripts and document."""
MOST_OUTPUTS = 10
"""SageMaker's outputs of a processing job."""


@dataclass(frozen=True, kw_only=True)
class ProcessingSpec:
    """How the jobs of one step run, and on which script and data."""

    script: str | None = key(
        "the script's path in the archive of scripts; null: the step is `profile`", default=None
    )
    inputs: Mapping[str, str | None] = key(
        "name -> the `s3://` address that is read unless a run gives another one; null: a run has "
        "to give one",
        factory=dict,
    )
    sharded_inputs: tuple[str, ...] = key(
        "inputs whose files the instances share; of all others each gets all files", default=()
    )
    outputs: tuple[str, ...] = key("names of the folders that the script writes", default=())
    arguments: tuple[str, ...] = key("its arguments unless a run gives others", default=())
    environment: Mapping[str, str] = key("environment variables of the script", factory=dict)
    instance_type: str = key("where the job runs", default="ml.m5.xlarge")
    fallback_instance_types: tuple[str, ...] = key(
        "what is tried in this order where `instance_type` has no capacity or no quota", default=()
    )
    instance_count: int = key(
        "on how many instances the script runs at once", default=1, minimum=1, maximum=100
    )
    volume_size_gb: int = key(
        "size of each instance's volume in GB; types with local NVMe disks have these instead",
        default=30,
        minimum=1,
        maximum=16_384,
    )
    max_runtime_seconds: int = key(
        "when SageMaker stops the job", default=3600, minimum=60, maximum=FIVE_DAYS_SECONDS
    )
    local_storage_gb: Mapping[str, int] = key(
        "GB of the types with local NVMe disks, which take the place of a volume", factory=dict
    )
