"""Evaluate the best model on the test rows, else on the rows that AutoGluon held out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
from autogluon.core.metrics import get_metric
from autogluon.tabular import TabularPredictor

from autogluon_contracts.predictor_types.tabular.metrics import ALWAYS_MEASURED
from autogluon_jobs.data.training_frames import TrainingData
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.tabular.evaluation.judged_rows import JudgedRows


@dataclass(frozen=True)
class Evaluation:
    """`metrics` by name, higher is better; `evaluated_on` is `test` or `holdout`.

    `holdout` says which rows those were: `tuning`, `validation`, `out_of_fold`, or `recorded` where
    AutoGluon kept only the score; None for the test. `judged` are those rows, None for `recorded`.
    """

    evaluated_on: Literal["test", "holdout"]
    metrics: dict[str, float]
    holdout: str | None = None
    judged: JudgedRows | None = None


def require_known_classes(train: pd.Series, test: pd.Series | None) -> None:
    """Refuse test rows of a class that training never saw, before time goes into fitting.

    Raises:
        InputError: naming the classes. Numbers pass: they may be a regression's.
    """
    if test is None or pd.api.types.is_numeric_dtype(train.dtype):
        return
    unknown = sorted(set(test.unique()) - set(train.unique()))
    if unknown:
        raise InputError(
            f"The test data has labels that no training row has: {listed(unknown)}.",
            advice=f"Known labels: {listed(sorted(train.unique()))}.",
        )


def learned_classes(predictor: TabularPredictor) -> list[Any]:
    """Return the classes by AutoGluon's internal number, without those too rare to learn."""
    labels = predictor.class_labels
    numbers = predictor.transform_labels(pd.Series(labels))
    known = {int(number): label for number, label in zip(numbers, labels, strict=True)
             if pd.notna(number)}  # fmt: skip
    return [known[number] for number in sorted(known)]


def of_known_classes(
    predictor: TabularPredictor, channel: str, rows: pd.DataFrame
) -> tuple[pd.DataFrame, str | None]:
    """Return the rows whose class the predictor knows, and a warning if there are others.

    AutoGluon leaves out classes with too few training rows.

    Raises:
        InputError: no row has a class that the predictor knows.
    """
    if predictor.problem_type not in ("binary", "multiclass"):
        return rows, None
    known = predictor.transform_labels(rows[predictor.label]).notna().to_numpy()
    if known.all():
        return rows, None
    if not known.any():
        raise InputError(f'No row of channel "{channel}" has a class that the predictor knows.')
    classes = sorted({str(item) for item in rows[predictor.label][~known]})
    warning = (
        f'{int((~known).sum())} rows of "{channel}" were ignored, because their class is too rare '
        f"in training to learn: {listed(classes)}."
    )
    return rows[known].reset_index(drop=True), warning


def evaluate_on_test(predictor: TabularPredictor, test: pd.DataFrame) -> Evaluation:
    """Evaluate the best model on the test rows.

    Raises:
        InputError: the eval metric is undefined on these rows (they have one class only, say).
    """
    truth = predictor.transform_labels(test[predictor.label])
    judged = _judged(predictor, truth, _answers(predictor, test, None, raw=True))
    metrics = _scores(predictor, judged)
    if predictor.eval_metric.name not in metrics:
        raise InputError(
            f'Metric "{predictor.eval_metric.name}" is undefined on the {len(test)} test rows.',
            advice="Give test data that has every class.",
        )
    return Evaluation("test", metrics, judged=judged)


def evaluate_on_holdout(
    predictor: TabularPredictor, data: TrainingData, *, is_fitted_on: bool = True
) -> Evaluation:
    """Evaluate the best model on rows it was not fitted on.

    Args:
        predictor: fitted.
        data: of the job.
        is_fitted_on: whether the predictor holds answers for the job's training rows; false where
            they were added to those of an earlier fit.

    A model that was refitted on all rows has none: the one it came from is evaluated instead.
    Where AutoGluon deleted that one, as `keep_only_best` asks, its recorded score remains.
    """
    model = predictor.model_best
    model = predictor.model_refit_map(inverse=True).get(model, model)
    if model not in predictor.model_names() or not (predictor.has_val or is_fitted_on):
        return _recorded(predictor)
    try:
        if predictor.has_val:
            features, truth = predictor.load_data_internal(data="val")
            answers = _answers(predictor, features, model, raw=False)
            kind = "validation" if data.tuning is None else "tuning"
        else:
            truth = predictor.transform_labels(data.train[predictor.label])
            answers, kind = _out_of_fold(predictor, model), "out_of_fold"
    except (FileNotFoundError, AssertionError):
        return _recorded(predictor)  # The user's arguments had AutoGluon drop those rows.
    if len(truth) != len(answers):
        return _recorded(predictor)  # Rows of rare classes were dropped or doubled.
    judged = _judged(predictor, truth, answers)
    return Evaluation("holdout", _scores(predictor, judged), kind, judged)


def validation_score(predictor: TabularPredictor) -> float | None:
    """Return AutoGluon's validation score of the best model; None where it has none.

    A model that was refitted on all rows has that of the one it came from, which may be deleted.
    """
    score = predictor._trainer.get_model_attribute(
        predictor.model_best,
        "refit_full_parent_val_score" if _is_refitted(predictor) else "val_score",
        default=None,
    )
    return float(score) if score is not None and math.isfinite(score) else None


def _is_refitted(predictor: TabularPredictor) -> bool:
    return predictor.model_best in predictor.model_refit_map(inverse=True)


def _recorded(predictor: TabularPredictor) -> Evaluation:
    score = validation_score(predictor)
    metrics = {} if score is None else {predictor.eval_metric.name: score}
    return Evaluation("holdout", metrics, "recorded")


def _answers(predictor: TabularPredictor, rows: pd.DataFrame, model: str | None, raw: bool) -> Any:
    if predictor.can_predict_proba:
        return predictor.predict_proba(rows, model=model, transform_features=raw)
    return predictor.predict(rows, model=model, transform_features=raw)


def _out_of_fold(predictor: TabularPredictor, model: str) -> Any:
    if predictor.can_predict_proba:
        return predictor.predict_proba_oof(model=model)
    return predictor.predict_oof(model=model)


def metrics_of(predictor: TabularPredictor) -> dict[str, Any]:
    """Return AutoGluon's metrics for the problem type by name, the eval metric first."""
    own = predictor.eval_metric
    others = (name for name in ALWAYS_MEASURED[predictor.problem_type] if name != own.name)
    return {own.name: own} | {name: get_metric(name, predictor.problem_type) for name in others}


def _scores(predictor: TabularPredictor, judged: JudgedRows) -> dict[str, float]:
    """Return every metric that is defined on these rows."""
    scores = {name: judged.score(metric) for name, metric in metrics_of(predictor).items()}
    return {name: score for name, score in scores.items() if score is not None}


def _judged(predictor: TabularPredictor, truth: pd.Series, answers: Any) -> JudgedRows:
    if not predictor.can_predict_proba:
        levels = predictor.quantile_levels if predictor.problem_type == "quantile" else None
        return JudgedRows(
            truth.index.to_numpy(), truth.to_numpy(), answers.to_numpy(), quantile_levels=levels
        )
    labels = predictor.transform_labels(predictor.predict_from_proba(answers))
    binary = predictor.problem_type == "binary"
    scores = answers[predictor.positive_class if binary else learned_classes(predictor)]
    return JudgedRows(
        truth.index.to_numpy(), truth.to_numpy(), labels.to_numpy(), scores.to_numpy()
    )
