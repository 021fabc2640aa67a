"""Estimate the cost of a job by the price list."""

from __future__ import annotations

from autogluon_jobs.report.job_facts import JobFacts
from autogluon_jobs.report.number_text import MISSING, seconds
from autogluon_jobs.report.page_parts import Note

_BILLED = (
    "AWS bills the training job's BillableTimeInSeconds, which also include fetching the image and "
    "the data, and packing the model"
)
_ON_SPOT = (
    " On spot instances AWS bills less of that time, which `agcdk show` tells once the job has "
    "ended."
)


def estimated_cost(facts: JobFacts) -> str:
    """Return the amount in USD; a dash where no price is known."""
    instances = facts.config.instances
    usd = None if instances is None else instances.usd(facts.job_seconds)
    return MISSING if usd is None else f"{usd:,.4f} USD"


def cost_note(facts: JobFacts) -> Note:
    """Explain how the amount was estimated, or why there is none."""
    fit = f"Fitting took {seconds(float(facts.metrics['fit_seconds']))}."
    instances = facts.config.instances
    if instances is None or instances.usd_per_hour is None:
        what = "its instance type" if instances is None else instances.type
        return Note(
            f"{fit} The cost of the job cannot be estimated, because its planner had no price for "
            f"{what}. {_BILLED}: cost = billed seconds / 3600 x instances x USD per hour. "
            "DescribeTrainingJob returns the first two."
        )
    return Note(
        f"{fit} The job costs about {estimated_cost(facts)}: {seconds(facts.job_seconds)}, from "
        f"its start until this page was created, on {instances} at {instances.usd_per_hour:,.4g} "
        f"USD per hour and instance. The estimate uses the on-demand list price of us-east-1 as "
        f"of {instances.prices_as_of}.{_ON_SPOT if facts.config.on_spot else ''} {_BILLED}; "
        "DescribeTrainingJob returns them."
    )
