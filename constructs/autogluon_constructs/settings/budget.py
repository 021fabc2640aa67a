"""Define how much a predictor's training may cost."""

from typing import Annotated, ClassVar

from pydantic import Field

from autogluon_constructs.settings.fields import contract_field
from autogluon_constructs.settings.section import Section
from autogluon_contracts.documents.training_spec import BudgetSpec


class Budget(Section):
    """What training may cost, by list price; a run that may cost more is refused before it starts.

    Each run counts with the most that it may cost until its jobs have ended, and then with the
    seconds that AWS bills.
    """

    unsupported_keys: ClassVar = {
        "usd_per_hour": "an hour of an instance is bounded by training.max_usd_per_hour; use that",
        "usd_per_day": "budgets count calendar months; use usd_per_month",
    }

    usd_per_month: Annotated[float, Field(allow_inf_nan=False)] = contract_field(
        BudgetSpec, "usd_per_month"
    )
