"""Choose the fastest of the models whose score is near the best (`optimize_for: latency`)."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from autogluon.tabular import TabularPredictor

from autogluon_contracts.defaults import LATENCY
from autogluon_contracts.documents.training_job import ServingGoal
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.tabular.training.model_speed import Speed, speed_of

_MOST_MEASURED = 8
_PLAIN_THRESHOLD = 0.5
_AS_FAST = 1.1
"""Differences of less than a tenth are noise; among such models the score decides."""


class _Candidate(NamedTuple):
    model: str
    score: float
    guessed_seconds: float  # for the validation rows, by AutoGluon


@dataclass(frozen=True)
class Measured:
    """A model that could be served: its validation score and its speed."""

    model: str
    score: float
    speed: Speed

    def to_json(self, test_scores: Mapping[str, float]) -> dict[str, Any]:
        """Return it as `metrics.json` holds it."""
        document: dict[str, Any] = {"model": self.model, "score_val": self.score}
        if test_scores:
            document["score_test"] = test_scores[self.model]
        milliseconds = round(self.speed.milliseconds, 4)
        return document | {"milliseconds": milliseconds, "engine": self.speed.engine}


@dataclass(frozen=True)
class ModelChoice:
    """What was chosen, and among which.

    Attributes:
        most_accurate: the model that AutoGluon chose by its validation score.
        chosen: the model that is kept.
        measured: those within the allowed loss that were measured, both among them.
        left_out: models within the allowed loss that there was no time for.
    """

    goal: ServingGoal
    most_accurate: Measured
    chosen: Measured
    measured: tuple[Measured, ...]
    left_out: int

    def to_json(self, test_scores: Mapping[str, float]) -> dict[str, Any]:
        """Return it as `metrics.json` holds it; `test_scores` by model, empty without test data."""
        best, chosen = self.most_accurate, self.chosen
        given_up = {"score_val": best.score - chosen.score}
        if test_scores:
            given_up["score_test"] = test_scores[best.model] - test_scores[chosen.model]
        return {
            "optimize_for": LATENCY,
            "max_score_loss": self.goal.max_score_loss,
            "most_accurate": best.model,
            "chosen": chosen.model,
            "given_up": given_up,
            "times_faster": round(best.speed.milliseconds / chosen.speed.milliseconds, 2),
            "measured": [item.to_json(test_scores) for item in self.measured],
            "not_measured": self.left_out,
        }


def choose_for_latency(
    predictor: TabularPredictor,
    schema: FeatureSchema,
    rows: pd.DataFrame,
    goal: ServingGoal,
    folder: Path,
    budget_seconds: float,
) -> ModelChoice | None:
    """Measure the models whose validation score is near the best one's, and choose.

    None where AutoGluon's best model has no validation score to compare with.

    Args:
        predictor: fitted; it is not changed.
        schema: what the predictor takes.
        rows: rows of the job to measure with.
        goal: how much of the score may be given up.
        folder: a place for artifacts, one at a time; removed at the end.
        budget_seconds: no further model is measured after these.
    """
    candidates = {item.model: item for item in _candidates(predictor)}
    best = candidates.get(predictor.model_best)
    if best is None:
        return None
    least = best.score - goal.max_score_loss * abs(best.score)
    near = [item for item in candidates.values() if item.score >= least and item is not best]
    near.sort(key=lambda item: item.guessed_seconds)
    measured: list[Measured] = []
    end = time.monotonic() + budget_seconds
    for item in [best, *near[: _MOST_MEASURED - 1]]:
        if measured and time.monotonic() >= end:
            break
        speed = speed_of(predictor, item.model, schema, rows, folder)
        measured.append(Measured(item.model, item.score, speed))
        print(
            f"{item.model}: {speed.milliseconds:.3f} ms per row with the engine {speed.engine}, "
            f"validation score {item.score:g}",
            flush=True,
        )
    chosen = _fastest(measured)
    left_out = 1 + len(near) - len(measured)
    return ModelChoice(goal, measured[0], chosen, tuple(measured), left_out)


def use_model(predictor: TabularPredictor, model: str) -> None:
    """Make `model` the best one, corrected by the validation rows as the former best one was."""
    former = predictor._trainer.load_model(predictor.model_best)
    predictor.set_model_best(model, save_trainer=True)
    if former.temperature_scalar is not None or former.conformalize is not None:
        predictor._trainer.calibrate_model(model)
    if predictor.problem_type == "binary" and predictor.decision_threshold != _PLAIN_THRESHOLD:
        predictor.set_decision_threshold(predictor.calibrate_decision_threshold())
        predictor.save(silent=True)  # the artifact is cloned from the disk


def _candidates(predictor: TabularPredictor) -> Iterator[_Candidate]:
    """Yield models that can predict; refitted ones with the scores of those they came from."""
    table = predictor.leaderboard(silent=True).set_index("model")
    refitted_from = predictor.model_refit_map(inverse=True)
    is_refitted = predictor.model_best in refitted_from
    for model in predictor.model_names(can_infer=True):
        if (model in refitted_from) != is_refitted:
            continue  # a model and its refitted copy have one score, and AutoGluon chose which
        row = table.loc[refitted_from.get(model, model)]
        if pd.notna(row["score_val"]):
            seconds = float(row["pred_time_val"])
            guess = math.inf if math.isnan(seconds) else seconds
            yield _Candidate(model, float(row["score_val"]), guess)


def _fastest(measured: list[Measured]) -> Measured:
    limit = min(item.speed.milliseconds for item in measured) * _AS_FAST
    fast = [item for item in measured if item.speed.milliseconds <= limit]
    return max(fast, key=lambda item: item.score)
