"""Compare the trained models: scores and times."""

from __future__ import annotations

from typing import Any

import pandas as pd

from autogluon_jobs.report.number_text import MISSING, seconds
from autogluon_jobs.report.page_parts import Section, Table
from autogluon_jobs.timeseries.report.report_facts import ReportFacts, shown_error

_COLUMNS = {
    "score_test": "test error",
    "score_val": "validation error",
    "fit_time_marginal": "training time",
    "pred_time_test": "forecasting test series",
    "pred_time_val": "forecasting validation series",
}


def models_section(facts: ReportFacts) -> Section:
    """Write the leaderboard."""
    board, metric = facts.leaderboard, facts.metrics["eval_metric"]
    known = {name: title for name, title in _COLUMNS.items() if name in board}
    rows = [
        (str(line["model"]), *(_cell(name, line[name]) for name in known))
        for _, line in board.iterrows()
    ]
    table = Table(
        f"Leaderboard, errors in {metric} (lower is better)",
        ("model", *known.values()),
        rows,
        frozenset(known.values()),
    )
    lead = (
        f"{facts.metrics['best_model']} forecasts. The artifact holds it and the models it needs."
    )
    return Section("models", "Models", lead, [table])


def _cell(column: str, value: Any) -> str:
    if pd.isna(value):
        return MISSING
    return shown_error(value) if column.startswith("score") else seconds(float(value))
