"""Draft the settings of tabular predictors."""

from __future__ import annotations

from autogluon_cli.first_settings.columns_left_out import ColumnsLeftOut, read_columns
from autogluon_cli.first_settings.declaration import declare
from autogluon_cli.first_settings.drafts import Draft, Wishes
from autogluon_cli.first_settings.problem import label_column, problem_of
from autogluon_cli.first_settings.types import TypeDraft
from autogluon_contracts.shown.scores import ShownMetric

WHY = "the gate requires more than guessing"


class _Tabular:
    options = ("--problem-type", "--keep", "--ignore")
    order = 1

    def draft(self, wishes: Wishes, *, wanted: bool) -> Draft:  # noqa: ARG002 - any table will do
        """Return settings that learn from each row on its own."""
        table = wishes.table
        problem = problem_of(label_column(table, wishes.label), wishes.given.get("--problem-type"))
        columns: ColumnsLeftOut = read_columns(wishes, problem)
        settings = declare(
            table,
            problem,
            ignored=columns.left_out,
            time_limit_seconds=wishes.time_limit_seconds,
            with_endpoint=wishes.with_endpoint,
        )
        return Draft(
            settings=settings,
            label=problem.label,
            why=f"{problem.why}; {WHY}",
            document=columns.document(),
            facts={
                "data": columns.described(),
                "label": f"{problem.label}: {problem.problem_type}, {problem.why}",
                "quality gate": ShownMetric(problem.gate_metric).bound(problem.minimum),
            },
            more=columns.print_suspicions,
        )


DRAFT: TypeDraft = _Tabular()
