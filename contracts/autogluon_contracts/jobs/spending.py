"""Price training jobs: what they have cost, and the most that they may cost.

Planners, summaries and terminals count by these rules, so that all tell the same amounts: on-demand
list prices, times the seconds that AWS bills. SageMaker bills spot instances by fewer seconds.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

_SECONDS_PER_HOUR = 3600


def month_of(moment: datetime) -> datetime:
    """Return the first moment of a calendar month in UTC.

    Example:
        >>> month_of(datetime(2026, 11, 29, 23, 50, tzinfo=UTC)).isoformat()
        '2026-11-01T00:00:00+00:00'
    """
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def usd_of_seconds(
    seconds: float, instance_type: str, instance_count: int, usd_per_hour: Mapping[str, float]
) -> float:
    """Return what so many seconds of some instances cost.

    A type without a price, which only earlier settings allowed, costs as much as the dearest one.

    Example:
        >>> usd_of_seconds(1800, "ml.m5.large", 2, {"ml.m5.large": 0.12})
        0.12
    """
    price = usd_per_hour.get(instance_type, max(usd_per_hour.values(), default=0.0))
    return seconds / _SECONDS_PER_HOUR * instance_count * price


def billable_seconds(job: Mapping[str, Any]) -> float | None:
    """Return the seconds of a DescribeTrainingJob answer that are paid for; None while it runs.

    A job that never got an instance costs nothing.
    """
    billable = job.get("BillableTimeInSeconds")
    if job["TrainingJobStatus"] in ("InProgress", "Stopping"):
        return None
    if billable is not None:
        return float(billable)
    started, ended = job.get("TrainingStartTime"), job.get("TrainingEndTime")
    return 0.0 if started is None or ended is None else float((ended - started).total_seconds())


def kept_seconds(job: Mapping[str, Any]) -> float:
    """Return the seconds for which a job's instances stayed; the most while they may stay on."""
    pool = job.get("WarmPoolStatus") or {}
    billed = pool.get("ResourceRetainedBillableTimeInSeconds")
    if billed is not None or pool.get("Status") in ("Terminated", "Reused"):
        return float(billed or 0)
    if billable_seconds(job) == 0:
        return 0.0
    return float(job["ResourceConfig"].get("KeepAlivePeriodInSeconds", 0))


def training_job_usd(job: Mapping[str, Any], usd_per_hour: Mapping[str, float]) -> float:
    """Return what a job has cost; of one that runs, the most that it may cost."""
    seconds = billable_seconds(job)
    if seconds is None:
        seconds = float(job["StoppingCondition"]["MaxRuntimeInSeconds"])
    seconds += kept_seconds(job)
    resources = job["ResourceConfig"]
    return usd_of_seconds(
        seconds, resources["InstanceType"], int(resources["InstanceCount"]), usd_per_hour
    )


def dearest_usd(
    seconds: float,
    instance_types: Iterable[str],
    instance_count: int,
    usd_per_hour: Mapping[str, float],
) -> float:
    """Return what so many seconds cost on the dearest of the types that may be used."""
    return max(
        usd_of_seconds(seconds, name, instance_count, usd_per_hour) for name in instance_types
    )


def most_job_seconds(
    max_runtime_seconds: int, *, then_on_demand: bool = False, keep_alive_seconds: int | None = None
) -> int:
    """Return the most seconds of one job, twice as many if a spot job may continue on demand.

    Instances that stay for the next job are paid for until then.
    """
    return max_runtime_seconds * (2 if then_on_demand else 1) + (keep_alive_seconds or 0)


def most_search_seconds(
    job_seconds: int, max_jobs: int, max_parallel_jobs: int, max_runtime_seconds: int | None
) -> int:
    """Return the most seconds of all trials of a search together.

    Example:
        >>> most_search_seconds(1800, 12, 3, 3600)
        10800
    """
    all_trials = job_seconds * max_jobs
    if max_runtime_seconds is None:
        return all_trials
    return min(all_trials, max_runtime_seconds * max_parallel_jobs)
