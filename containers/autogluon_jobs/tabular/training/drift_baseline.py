"""Write `baseline.json`: what later requests and answers are compared with."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

import numpy as np
from autogluon.tabular import TabularPredictor

from autogluon_contracts.documents.drift_baseline import FILE_NAME, DriftBaseline
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_contracts.predictor_types.tabular.further_training import FIT_EXTRA
from autogluon_jobs.baseline.answer_values import AnswerValues, middle_level
from autogluon_jobs.baseline.column_counts import baseline_of
from autogluon_jobs.baseline.column_values import feature_values
from autogluon_jobs.baseline.quality import quality_baseline
from autogluon_jobs.data.training_frames import TrainingData
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.frames import table_of
from autogluon_jobs.tabular.evaluation.evaluation import Evaluation, learned_classes
from autogluon_jobs.tabular.evaluation.judged_rows import JudgedRows

_NO_TEST_DATA = (
    "Answers and their quality are not compared, because the model was trained without test data. "
    "AutoGluon chose it by the rows that it held out itself, so that its answers to these are not "
    "like those to others."
)


def write_baseline(
    folder: Path,
    config: TrainingJobConfig,
    schema: FeatureSchema,
    data: TrainingData,
    predictor: TabularPredictor,
    evaluation: Evaluation,
) -> list[str]:
    """Write the document; return a warning where that fails, which never costs the model.

    Args:
        folder: where it goes.
        config: of the job.
        schema: what the predictor takes.
        data: the job's.
        predictor: fitted.
        evaluation: of its best model.
    """
    try:
        document = _baseline(config, schema, data, predictor, evaluation)
        (folder / FILE_NAME).write_text(document.to_text(), encoding="utf-8")
    except Exception as error:  # noqa: BLE001 - the model is worth more than its baseline
        traceback.print_exc()
        return [f"The baseline of drift could not be made: {type(error).__name__}: {error}"]
    return []


def _baseline(
    config: TrainingJobConfig,
    schema: FeatureSchema,
    data: TrainingData,
    predictor: TabularPredictor,
    evaluation: Evaluation,
) -> DriftBaseline:
    table = table_of(schema.features, data.train)
    features = tuple(
        baseline_of(feature_values(item, table.columns[item.name])) for item in schema.features
    )
    known: dict[str, Any] = {"predictor": config.predictor, "run": config.run, "features": features}
    judged = evaluation.judged
    notes = _lineage(config)
    if evaluation.evaluated_on != "test" or judged is None:
        note = " ".join([*notes, _NO_TEST_DATA])
        return DriftBaseline(**known, answers=(), quality=None, held_out=0, note=note)
    answers, truth = _judged(schema, predictor, judged)
    errors = answers.errors(schema, truth)
    return DriftBaseline(
        **known,
        answers=tuple(baseline_of(column) for column in answers.columns(schema)),
        quality=None if errors is None else quality_baseline(errors),
        held_out=len(judged),
        note=" ".join(notes) or None,
    )


def _lineage(config: TrainingJobConfig) -> list[str]:
    """Say which rows are the training data of a model that was trained further."""
    parent = config.parent
    if parent is None or parent.method == FIT_EXTRA:
        return []  # the rows of the first fit, which `fit_extra` learns from again
    return [
        f"The training data are the rows of run {config.run}, which trained {parent.name} further "
        f"by {parent.method}; rows of earlier runs are not among them."
    ]


def _judged(
    schema: FeatureSchema, predictor: TabularPredictor, judged: JudgedRows
) -> tuple[AnswerValues, list[Any]]:
    if schema.classes is not None:
        names = [str(label) for label in learned_classes(predictor)]
        labels = [names[int(number)] for number in judged.answers]
        scores = judged.probabilities
        if scores.ndim == 2:
            scores = scores.max(axis=1)
        return AnswerValues(labels, scores), [names[int(number)] for number in judged.truth]
    scores = judged.answers
    if schema.quantile_levels is not None:
        scores = scores[:, schema.quantile_levels.index(middle_level(schema))]
    return AnswerValues(None, scores.astype(np.float64)), judged.truth.tolist()
