"""Refuse a run that may cost more than what is left of the predictor's budget."""

from dataclasses import dataclass
from datetime import datetime

from autogluon_contracts.documents.tuning_spec import TuningSpec
from autogluon_contracts.jobs.spending import (
    dearest_usd,
    month_of,
    most_job_seconds,
    most_search_seconds,
    training_job_usd,
)
from autogluon_contracts.names import beginning_of_jobs, runs_folder
from autogluon_lambdas.models.errors import BudgetExceededError
from autogluon_lambdas.models.training_plan import TrainingPlan
from autogluon_lambdas.ports import TrainingJobs


@dataclass(frozen=True)
class BudgetGuard:
    """Compares the most that a run may cost with what is left of the month's budget."""

    training_jobs: TrainingJobs
    artifact_bucket: str

    def require_left(self, plan: TrainingPlan, tuning: TuningSpec | None = None) -> None:
        """Raise BudgetExceededError where the budget, if there is one, does not suffice.

        Args:
            plan: of the run's job, or of each trial of a search.
            tuning: the search.
        """
        budget = plan.spec.budget
        if budget is None:
            return
        month = month_of(datetime.fromisoformat(plan.execution.started))
        used = self.used(plan, month)
        most = most_usd(plan, tuning)
        if used + most <= budget.usd_per_month:
            return
        less = "max_runtime_seconds" if tuning is None else "max_jobs or max_runtime_seconds"
        raise BudgetExceededError(
            f'Predictor "{plan.spec.name}" has a budget of {budget.usd_per_month:,.2f} USD for '
            f"{month:%B %Y}, of which {used:,.2f} USD are used, and this run may cost up to "
            f"{most:,.2f} USD.",
            advice=f"Ask for less with {less}, wait for the next month, or raise "
            f"predictors.{plan.spec.name}.budget.usd_per_month and deploy.",
        )

    def used(self, plan: TrainingPlan, month: datetime) -> float:
        """Return the USD of the predictor's jobs that were created in this month so far."""
        folder = runs_folder(self.artifact_bucket, plan.spec.name).uri.rstrip("/")
        prices = plan.spec.training.prices.usd_per_hour
        return sum(
            training_job_usd(job, prices)
            for job in self.training_jobs.created_since(month, beginning_of_jobs(plan.spec.name))
            # The names of other predictors' jobs may begin so, too.
            if job["OutputDataConfig"]["S3OutputPath"].rstrip("/") == folder
        )


def most_usd(plan: TrainingPlan, tuning: TuningSpec | None) -> float:
    """Return the most that a run may cost, on the dearest of its instance types."""
    seconds = most_job_seconds(
        plan.max_runtime_seconds,
        then_on_demand=plan.spot is not None and plan.spot.then_on_demand,
        keep_alive_seconds=plan.spec.training.keep_alive_seconds,
    )
    if tuning is not None:
        seconds = most_search_seconds(
            plan.max_runtime_seconds,
            tuning.most_jobs,
            tuning.max_parallel_jobs,
            tuning.max_runtime_seconds,
        )
    types = (plan.instance_type, *plan.fallback_instance_types)
    return dearest_usd(seconds, types, plan.instance_count, plan.spec.training.prices.usd_per_hour)
