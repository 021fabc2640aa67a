"""Estimate the most that a training or tuning run may cost, before it is started."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.jobs.spending import dearest_usd, most_job_seconds, most_search_seconds


@dataclass(frozen=True)
class RunEstimate:
    """The most that a run may take and cost; `seconds` are those of all its jobs together."""

    jobs: int
    at_once: int
    seconds: int
    instance_types: tuple[str, ...]
    instance_count: int
    usd: float
    prices_as_of: str | None

    def document(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {**asdict(self), "instance_types": list(self.instance_types)}

    @property
    def sentence(self) -> str:
        """Return the estimate and what it is made of."""
        what = "1 job" if self.jobs == 1 else f"{self.jobs} jobs, {self.at_once} at a time,"
        types = " or ".join(self.instance_types)
        return (
            f"The run may cost up to {self.usd:,.2f} USD: {what} with {self.seconds:,} seconds in "
            f"all, on {self.instance_count} x {types}, by list prices of us-east-1, "
            f"{self.prices_as_of}."
        )


def estimate_run(spec: PredictorSpec, workflow: str, **asked: Any) -> RunEstimate | None:
    """Return the estimate of a run; None where the spec of an earlier release has no prices.

    Args:
        spec: the predictor's.
        workflow: `train` or `tune`.
        asked: keys of the execution's input; None where the settings decide.
    """
    training = spec.training
    if not training.prices.usd_per_hour:
        return None
    given = {key: value for key, value in asked.items() if value is not None}
    own_type = given.get("instance_type")
    types = (own_type,) if own_type else (training.instance_type, *training.fallback_instance_types)
    runtime = given.get("max_runtime_seconds", training.max_runtime_seconds)
    jobs = at_once = 1
    # As planners count: trials, and a model that is trained further, have one instance.
    is_alone = workflow == "tune" or "from_model" in given
    count = given.get("instance_count", 1 if is_alone else training.instance_count)
    if workflow == "tune" and spec.tuning is not None:
        tuning = spec.tuning
        if "max_jobs" in given:
            tuning = replace(tuning, max_jobs=given["max_jobs"])
        jobs = tuning.most_jobs
        at_once = min(jobs, given.get("max_parallel_jobs", tuning.max_parallel_jobs))
        seconds = most_search_seconds(runtime, jobs, at_once, tuning.max_runtime_seconds)
    else:
        spot = None if given.get("on_demand") else training.spot
        then_on_demand = spot is not None and spot.then_on_demand
        seconds = most_job_seconds(
            runtime,
            then_on_demand=then_on_demand,
            keep_alive_seconds=training.keep_alive_seconds,
        )
    return RunEstimate(
        jobs=jobs,
        at_once=at_once,
        seconds=seconds,
        instance_types=types,
        instance_count=count,
        usd=dearest_usd(seconds, types, count, training.prices.usd_per_hour),
        prices_as_of=training.prices.as_of,
    )
