"""Define the part of a predictor's spec on training: how jobs run, and what they may cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autogluon_contracts.code.own_code import OwnCode
from autogluon_contracts.defaults import FIVE_DAYS_SECONDS
from autogluon_contracts.document import key

LONGEST_KEEP_ALIVE_SECONDS = 21_600
"""The most that SageMaker keeps instances of a warm pool, by its API's model."""


@dataclass(frozen=True, kw_only=True)
class Prices:
    """On-demand list prices of us-east-1."""

    as_of: str | None = key("the month of the prices, such as `2026-11`", default=None)
    usd_per_hour: Mapping[str, float] = key(
        "USD per instance and hour, by instance type", factory=dict
    )


@dataclass(frozen=True, kw_only=True)
class SpotSpec:
    """How training jobs use SageMaker's managed spot training."""

    max_wait_seconds: int = key(
        "the most that a job may take from its start to its end, waiting for spot instances "
        "included; at least `max_runtime_seconds`",
        minimum=60,
        maximum=FIVE_DAYS_SECONDS,
    )
    then_on_demand: bool = key(
        "whether a job that did not end within `max_wait_seconds` goes on with on-demand instances",
        default=False,
    )


@dataclass(frozen=True, kw_only=True)
class TrainingSpec:
    """How training jobs run."""

    instance_type: str = key("where a job runs unless its execution chooses otherwise")
    # Absent in a spec that an earlier release deployed.
    fallback_instance_types: tuple[str, ...] = key(
        "what is tried in this order where `instance_type` has no capacity or no quota", default=()
    )
    instance_count: int = key(
        "how many instances one job has, which share out the folds of bagged models; an execution "
        "may ask for fewer",
        default=1,
        minimum=1,
    )
    volume_size_gb: int = key(
        "size of the training volume in GB; types with local NVMe disks have these instead",
        default=30,
        minimum=1,
        maximum=16_384,
    )
    max_runtime_seconds: int = key(
        "when SageMaker stops a job; an execution may ask for less",
        default=3600,
        minimum=60,
        maximum=FIVE_DAYS_SECONDS,
    )
    allowed_instance_types: tuple[str, ...] = key("what an execution may ask for")
    further_training: bool = key(
        "whether artifacts keep all models and the training data, so that runs can train them "
        "further",
        default=False,
        omit_default=True,
    )
    encrypt_volume: bool = key(
        "false on types with local NVMe, where SageMaker refuses a volume key"
    )
    # Absent in a spec that an earlier release deployed.
    local_storage_gb: Mapping[str, int] = key(
        "GB of the types with local NVMe disks, which take the place of a volume", factory=dict
    )
    prices: Prices = key("for estimates", factory=Prices)
    # Absent in a spec that an earlier release deployed.
    spot: SpotSpec | None = key(
        "null: jobs run on on-demand instances", default=None, omit_null=True
    )
    checkpoints: bool = key(
        "whether a job keeps each model in S3 as soon as it is trained; always with `spot`",
        default=False,
        omit_default=True,
    )
    keep_alive_seconds: int | None = key(
        "how long the instances of a run's job stay, and are paid for, for the next one; null: "
        "they do not",
        default=None,
        minimum=1,
        maximum=LONGEST_KEEP_ALIVE_SECONDS,
        omit_null=True,
    )
    max_pending_seconds: int | None = key(
        "how long a job on accelerated instances may wait for them; null: as long as SageMaker "
        "lets it",
        default=None,
        minimum=1800,
        maximum=2_419_200,
        omit_null=True,
    )
    # Absent in a spec that an earlier release deployed.
    code: OwnCode | None = key(
        "the person's own Python files, which arguments name objects of; null: none",
        default=None,
        omit_null=True,
    )


@dataclass(frozen=True, kw_only=True)
class BudgetSpec:
    """What the predictor's training may cost, by list price."""

    usd_per_month: float = key(
        "the most that training and tuning jobs of one calendar month (UTC) may cost; a run that "
        "may cost more than what is left is refused",
        above=0,
    )
