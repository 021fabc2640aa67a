"""Measure a fitted predictor on the test rows, else on those that AutoGluon held out.

Scores have AutoGluon's sign: higher is better, errors are negative.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from autogluon.core.metrics import Scorer, get_metric
from autogluon.multimodal import MultiModalPredictor

from autogluon_contracts.predictor_types.multimodal.metrics import ALL_METRICS, measured_metrics
from autogluon_jobs.data.training_frames import TrainingData
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.tabular.evaluation.judged_rows import JudgedRows


@dataclass(frozen=True)
class Evaluation:
    """What was measured on which rows; `holdout` is `validation` or `tuning`, None for the test."""

    evaluated_on: Literal["test", "holdout"]
    holdout: str | None
    metrics: Mapping[str, float]
    judged: JudgedRows
    judged_by: Mapping[str, Any]
    """AutoGluon's metrics by name."""


def require_known_classes(train: pd.Series, test: pd.Series | None, problem_type: str) -> None:
    """Refuse test rows of a class that training never saw.

    Raises:
        InputError: naming the classes.
    """
    if test is None or problem_type == "regression":
        return
    unknown = sorted({str(item) for item in test.unique()} - {str(item) for item in train.unique()})
    if unknown:
        raise InputError(
            f"The test data has labels that no training row has: {listed(unknown)}.",
            advice=f"Known labels: {listed(sorted(map(str, train.unique())))}.",
        )


def evaluate(
    predictor: MultiModalPredictor,
    data: TrainingData,
    model_rows: Callable[[pd.DataFrame], pd.DataFrame],
) -> Evaluation:
    """Measure the predictor.

    Args:
        predictor: fitted.
        data: what it was fitted on, and the test data if any.
        model_rows: makes what the models take of rows of `data`.

    Raises:
        InputError: the eval metric is undefined on these rows: they have one class only, say.
    """
    if data.test is not None:
        where: Literal["test", "holdout"] = "test"
        holdout, rows, frame = None, data.test, model_rows(data.test)
    else:
        where, holdout = "holdout", "validation" if data.tuning is None else "tuning"
        # Those that it was given, or that it held out and keeps in no other place.
        rows = predictor._learner._tuning_data
        frame = rows.drop(columns=predictor.label)
    judged = _judged(predictor, frame, rows[predictor.label])
    metrics = _metrics(predictor)
    scores = {name: judged.score(metric) for name, metric in metrics.items()}
    measured = {name: score for name, score in scores.items() if score is not None}
    wanted = next(iter(metrics))
    if wanted not in measured:
        raise InputError(
            f'Metric "{wanted}" is undefined on the {len(rows)} {where} rows.',
            advice="Give test data that has every class.",
        )
    return Evaluation(where, holdout, measured, judged, metrics)


def _metrics(predictor: MultiModalPredictor) -> dict[str, Scorer]:
    """Return AutoGluon's metrics by name; the first is the eval metric, maybe a person's own."""
    own: dict[str, Scorer] = {}
    name = predictor.eval_metric
    if name not in ALL_METRICS:
        own, name = {name: predictor._learner._eval_metric_func}, None
    names = measured_metrics(predictor.problem_type, name)
    return {**own, **{each: get_metric(each, predictor.problem_type) for each in names}}


def _judged(predictor: MultiModalPredictor, frame: pd.DataFrame, truth: pd.Series) -> JudgedRows:
    index = np.arange(len(frame))
    if predictor.problem_type == "regression":
        answers = predictor.predict(frame, as_pandas=False)
        return JudgedRows(index, truth.to_numpy(dtype=float), np.asarray(answers, dtype=float))
    # The positive class is the second of two, as AutoGluon's metrics count them.
    classes = list(predictor.class_labels)
    if predictor.problem_type == "binary" and classes[1] != predictor.positive_class:
        classes.reverse()
    # Not by `[...]`: a list of booleans would select rows.
    answers = predictor.predict_proba(frame, as_pandas=True).reindex(columns=classes)
    scores = answers.to_numpy(dtype=float)
    numbers = {label: number for number, label in enumerate(classes)}
    return JudgedRows(
        index,
        truth.map(numbers).to_numpy(dtype=int),
        scores.argmax(axis=1),
        scores[:, 1] if predictor.problem_type == "binary" else scores,
    )
