"""Estimate the cost of endpoints and jobs from list prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from autogluon_cli.costs.job_resources import job_resources

HOURS_PER_MONTH = 730.0
_HOURS_PER_WEEK = 168.0


@dataclass(frozen=True)
class Estimate:
    """One job or endpoint. `usd` is None where the instance type has no known price."""

    what: str
    predictor: str
    name: str
    instance_type: str
    instance_count: int
    hours: float
    usd: float | None

    def document(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return dict(vars(self))


def estimate(
    what: str, predictor: str, name: str, instance_type: str, instance_count: int, seconds: float
) -> Estimate:
    """Price `seconds` of all instances by the catalogue's on-demand prices in us-east-1."""
    from autogluon_constructs.catalogues.instances import instance_types

    hours = seconds / 3600 * instance_count
    known = instance_types().get(instance_type)
    usd = None if known is None else hours * known.usd_per_hour
    return Estimate(what, predictor, name, instance_type, instance_count, hours, usd)


def hours_per_month(per_week: float | None) -> float:
    """Return how many hours of a month an endpoint is in service.

    Args:
        per_week: its hours of a week; None where it always is.
    """
    share = 1.0 if per_week is None else per_week / _HOURS_PER_WEEK
    return HOURS_PER_MONTH * share


def monthly_usd(
    instance_type: str, instance_count: int, hours: Mapping[str, Any] | None = None
) -> float | None:
    """Return what instances cost in a month; None for a type without a known price.

    Args:
        hours: the endpoint's, as the predictor's spec has them; None where it is always in service.
    """
    hourly = estimate("endpoint", "", "", instance_type, instance_count, 3600).usd
    share = hours_per_month(None if hours is None else hours["per_week"])
    return None if hourly is None else hourly * share


def monthly_price(
    instance_type: str, instance_count: int, hours: Mapping[str, Any] | None = None
) -> str:
    """Return `, about 84 USD a month`; empty for a type without a known price.

    Source: the catalogue's on-demand prices in us-east-1, for 730 hours or the share of them that
    the endpoint's hours are.

    Args:
        hours: the endpoint's, as the predictor's spec has them; None where it is always in service.
    """
    usd = monthly_usd(instance_type, instance_count, hours)
    if usd is None:
        return ""
    at = "" if hours is None else f" at its hours ({hours_in_words(hours)})"
    return f", about {usd:,.0f} USD a month{at}"


def hours_in_words(hours: Mapping[str, Any]) -> str:
    """Return an endpoint's hours, such as `mon-fri 08:00-18:00 Europe/Berlin`."""
    return f"{hours['days']} {hours['start']}-{hours['end']} {hours['timezone']}"


def estimate_job(predictor: str, name: str, job: dict[str, Any]) -> Estimate:
    """Price a Describe...Job answer; a job that still runs is priced until now."""
    kind = next(kind for kind in ("Training", "Transform", "Processing") if f"{kind}JobName" in job)
    resources = job_resources(job)
    return estimate(
        f"{kind.lower()} job",
        predictor,
        name,
        resources["InstanceType"],
        int(resources["InstanceCount"]),
        _seconds(job, kind),
    )


def _seconds(job: dict[str, Any], kind: str) -> float:
    billable = job.get("BillableTimeInSeconds")
    if billable is not None:
        return float(billable)
    started = job.get(f"{kind}StartTime")
    if started is None:
        return 0.0
    ended = job.get(f"{kind}EndTime") or datetime.now(UTC)
    return float((ended - started).total_seconds())
