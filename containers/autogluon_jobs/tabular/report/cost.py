"""What the job costs: an estimate by the price list, and how it was made."""

from __future__ import annotations

from autogluon_jobs.report.number_text import MISSING, seconds
from autogluon_jobs.report.page_parts import Note
from autogluon_jobs.tabular.report.report_facts import ReportFacts

_BILLED = (
    "AWS bills the training job's BillableTimeInSeconds, which also count fetching the image and "
    "the data, and packing the model"
)


def estimated_cost(facts: ReportFacts) -> str:
    """The amount in USD; a dash where no price is known."""
    instances = facts.config.instances
    usd = None if instances is None else instances.usd(facts.job_seconds)
    return MISSING if usd is None else f"{usd:,.4f} USD"


def cost_note(facts: ReportFacts) -> Note:
    """How the amount was made, or what would make one."""
    fit = f"Fitting took {seconds(float(facts.metrics['fit_seconds']))}."
    instances = facts.config.instances
    if instances is None or instances.usd_per_hour is None:
        what = "its instance type" if instances is None else instances.type
        return Note(
            f"{fit} What the job costs cannot be estimated here, because its planner knew no price "
            f"of {what}. {_BILLED}: cost = billed seconds / 3600 x instances x USD per hour. "
            "DescribeTrainingJob has the first two."
        )
    return Note(
        f"{fit} The job costs about {estimated_cost(facts)}: {seconds(facts.job_seconds)}, from "
        f"its start until this page was made, on {instances} at {instances.usd_per_hour:,.4g} USD "
        f"per hour and instance. That is an estimate by the on-demand list price of us-east-1 as "
        f"of {instances.prices_as_of}. {_BILLED}; DescribeTrainingJob has them."
    )
