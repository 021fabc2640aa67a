"""Measure a fitted predictor on the test rows, else on those that AutoGluon held out.

Scores have AutoGluon's sign: higher is better, errors are negative.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from autogluon.core.metrics import get_metric
from autogluon.multimodal import MultiModalPredictor

from autogluon_contracts.predictor_types.multimodal.metrics import measured_metrics
from autogluon_jobs.data.training_frames import TrainingData
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.multimodal.data.model_columns import model_frame
from autogluon_jobs.schema.feature_schema import Feature
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
    predictor: MultiModalPredictor, data: TrainingData, features: Sequence[Feature]
) -> Evaluation:
    """Measure the predictor.

    Raises:
        InputError: the eval metric is undefined on these rows: they have one class only, say.
    """
    if data.test is not None:
        where: Literal["test", "holdout"] = "test"
        holdout, rows = None, data.test
    else:
        where, holdout = "holdout", "validation" if data.tuning is None else "tuning"
        # AutoGluon holds rows out by itself, and keeps them in no other place.
        rows = predictor._learner._tuning_data if data.tuning is None else data.tuning
    judged = _judged(predictor, rows, features)
    metrics = {
        name: get_metric(name, predictor.problem_type)
        for name in measured_metrics(predictor.problem_type, predictor.eval_metric)
    }
    scores = {name: judged.score(metric) for name, metric in metrics.items()}
    measured = {name: score for name, score in scores.items() if score is not None}
    wanted = next(iter(metrics))
    if wanted not in measured:
        raise InputError(
            f'Metric "{wanted}" is undefined on the {len(rows)} {where} rows.',
            advice="Give test data that has every class.",
        )
    return Evaluation(where, holdout, measured, judged, metrics)


def _judged(
    predictor: MultiModalPredictor, rows: pd.DataFrame, features: Sequence[Feature]
) -> JudgedRows:
    frame, truth = model_frame(features, rows), rows[predictor.label]
    index = np.arange(len(rows))
    if predictor.problem_type == "regression":
        answers = predictor.predict(frame, as_pandas=False)
        return JudgedRows(index, truth.to_numpy(dtype=float), np.asarray(answers, dtype=float))
    # The positive class is the second of two, as AutoGluon's metrics count them.
    classes = list(predictor.class_labels)
    if predictor.problem_type == "binary" and classes[1] != predictor.positive_class:
        classes.reverse()
    scores = predictor.predict_proba(frame, as_pandas=True)[classes].to_numpy(dtype=float)
    numbers = {label: number for number, label in enumerate(classes)}
    return JudgedRows(
        index,
        truth.map(numbers).to_numpy(dtype=int),
        scores.argmax(axis=1),
        scores[:, 1] if predictor.problem_type == "binary" else scores,
    )
