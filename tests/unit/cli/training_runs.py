"""Training runs that have ended, with a leaderboard."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.account import FakeAws


def add_training(
    aws: FakeAws,
    name: str,
    accuracy: float = 0.9,
    models: tuple[str, str] = ("LightGBM", "ExtraTrees"),
    usd: float | None = None,
    **arguments: Any,
) -> None:
    """Add a run; `arguments` are those of its input, `usd` is absent of an earlier release."""
    first, second = models
    board = f"model,score_test,fit_time\n{first},0.93,1.5\n{second},0.91,2\n"
    uri = f"s3://artifacts/{name}/leaderboard.csv"
    aws.s3.put_object(Bucket="artifacts", Key=f"{name}/leaderboard.csv", Body=board.encode())
    output = {
        "decision": "Approved",
        "best_model": first,
        "evaluated_on": "test",
        "metrics": {"accuracy": accuracy},
        "leaderboard_uri": uri,
        **({} if usd is None else {"usd": usd}),
    }
    aws.states.add_run(
        "train",
        name,
        input=json.dumps({"predictor": "income", "train_data": "s3://data/a.csv", **arguments}),
        output=json.dumps(output),
    )
