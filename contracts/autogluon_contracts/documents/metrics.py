"""Define `metrics.json`, the result of a training job."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from autogluon_contracts.document import Document, key
from autogluon_contracts.documents.parent_model import ParentModel

FILE_NAME = "metrics.json"


@dataclass(frozen=True, kw_only=True)
class Rows:
    """How many rows were used."""

    train: int = key("rows of the training data; 0: a script has read them", minimum=0)
    test: int = key("rows of the test data; 0 without, or where a script has read them", minimum=0)


@dataclass(frozen=True, kw_only=True)
class Versions:
    """What the job ran."""

    autogluon: str = key("AutoGluon's version; empty: a script trained without it")
    python: str = key("Python's version")


@dataclass(frozen=True, kw_only=True)
class UntrainedModel:
    """A model that was tried or asked for, and could not be trained."""

    model: str = key("its name, or its key in `hyperparameters` if it was never begun")
    error: str = key("the exception's class, or `NotBegun`")
    reason: str = key("why, in one line")


@dataclass(frozen=True, kw_only=True)
class CheckpointUse:
    """What a job took from a checkpoint: its own after an interruption, or an earlier run's."""

    run: str = key("the run that began the checkpoint")
    models: tuple[str, ...] = key("models that were not trained again")
    seconds: float = key("of the fit, spent before this instance", minimum=0)


@dataclass(frozen=True, kw_only=True)
class TrainingMetrics(Document):
    """What a run reached, written by the container and read by `summarize_training`.

    Metrics follow AutoGluon's sign: higher is better, errors are negative.
    """

    NAME: ClassVar[str] = FILE_NAME
    UNKNOWN_KEYS: ClassVar[Literal["refused", "ignored"]] = "ignored"

    predictor: str = key("the predictor's name")
    run: str = key("the job's name")
    label: str = key("the column that is predicted")
    problem_type: str = key("AutoGluon's problem type")
    eval_metric: str = key("the metric that training optimized")
    best_model: str = key("the model that predicts")
    evaluated_on: Literal["test", "holdout"] = key("the data that the metrics are of")
    holdout: str | None = key(
        "what the holdout was: `validation`, `tuning`, `out_of_fold`, `recorded`, or `training` "
        "where nothing was held out; null on test data",
        default=None,
    )
    rows: Rows = key("how many rows were used")
    metrics: Mapping[str, float] = key("metric -> value", finite=False)
    models: tuple[str, ...] = key("names of the trained models, best first")
    serving: Mapping[str, Any] = key(
        "`optimize_for`; with `latency` also what was measured: `max_score_loss`, `most_accurate`, "
        "`chosen`, `given_up`, `times_faster`, `measured`, `not_measured` (one row's median on the "
        "training instance); `slow_parts`, a sentence on what AutoGluon's own code serves, if "
        "anything"
    )
    fit_seconds: float = key("seconds of `fit`")
    artifact_bytes: int = key(
        "size of the artifact's files; 0: not measured, because the image trained without a script"
    )
    artifact_sha256: str | None = key(
        "hash of the artifact's files and names; absent in the artifact's own copy and in runs of "
        "release 0.1",
        default=None,
        omit_null=True,
    )
    versions: Versions = key("what the job ran")
    warnings: tuple[str, ...] = key("sentences for the user")
    # Runs of earlier releases have none.
    untrained: tuple[UntrainedModel, ...] = key("models that could not be trained", default=())

    validation_score: float | None = key(
        "what the best model reached in the eval_metric on the rows that AutoGluon chose it by",
        default=None,
    )

    checkpoint: CheckpointUse | None = key(
        "what the job took from a checkpoint; null: nothing", default=None, omit_null=True
    )
    parent: ParentModel | None = key(
        "the model that the run trained further", default=None, omit_null=True
    )

    def value(self, name: str) -> float | None:
        """Return a metric; None when it was not measured or is not a finite number."""
        value = self.metrics.get(name)
        return value if value is not None and math.isfinite(value) else None
