"""Say what is used of predictors' budgets, by the rule of the planners."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from autogluon_cli.framework.invocation import Invocation
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.jobs.spending import month_of, training_job_usd

_MOST_RUNS = 500
_AT_ONCE = 16


@dataclass(frozen=True)
class BudgetUse:
    """The budget of one predictor in the current month; amounts in USD."""

    predictor: str
    month: datetime
    usd_per_month: float
    used: float

    @property
    def left(self) -> float:
        """Return what further runs may cost."""
        return max(self.usd_per_month - self.used, 0.0)

    def document(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "predictor": self.predictor,
            "month": f"{self.month:%Y-%m}",
            "usd_per_month": self.usd_per_month,
            "used_usd": self.used,
            "left_usd": self.left,
        }


def budget_uses(invocation: Invocation, predictors: Iterable[str]) -> list[BudgetUse]:
    """Return the use of each budget; predictors without one are left out."""
    found = []
    for name in predictors:
        spec = PredictorSpec.from_json(invocation.connection.spec(name))
        if spec.budget is not None:
            month = month_of(datetime.now(UTC))
            used = _used(invocation, spec, month)
            found.append(BudgetUse(name, month, spec.budget.usd_per_month, used))
    return found


def _used(invocation: Invocation, spec: PredictorSpec, month: datetime) -> float:
    from autogluon_client.executions.runs import TRAINING, describe_jobs, list_runs

    connection = invocation.connection
    runs = [
        run
        for run in list_runs(connection, workflows=TRAINING, predictor=spec.name, limit=_MOST_RUNS)
        if run.started >= month
    ]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        of_runs = list(pool.map(lambda run: describe_jobs(connection, run), runs))
    prices = spec.training.prices.usd_per_hour
    return sum(training_job_usd(job, prices) for jobs in of_runs for job in jobs)
