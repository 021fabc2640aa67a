"""Predictions by AutoGluon's own predictor."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from autogluon.tabular import TabularPredictor

from autogluon_jobs.engine_options import check_options
from autogluon_jobs.feature_schema import FeatureSchema
from autogluon_jobs.predictions import Predictions, probability_columns
from autogluon_jobs.request import Request
from autogluon_jobs.thread_policy import apply_thread_policy


class AutoGluonEngine:
    """A loaded `TabularPredictor`."""

    def __init__(self, predictor: TabularPredictor, schema: FeatureSchema) -> None:
        self._predictor = predictor
        self._schema = schema

    @classmethod
    def load(cls, folder: Path, schema: FeatureSchema, cores: int = 1) -> AutoGluonEngine:
        """Load the predictor from an unpacked artifact and keep its models in memory.

        Args:
            folder: the artifact.
            schema: what the predictor takes.
            cores: what one prediction may use at most.
        """
        predictor = TabularPredictor.load(str(folder), verbosity=0)
        # The whole artifact was slimmed to what the best model needs: it all has to fit anyway.
        predictor.persist(max_memory=None)
        trainer = predictor._trainer
        apply_thread_policy(map(trainer.load_model, trainer.get_model_names()), cores)
        return cls(predictor, schema)

    @property
    def predictor(self) -> TabularPredictor:
        """What predicts."""
        return self._predictor

    @property
    def name(self) -> str:
        """What answers say of the engine."""
        return "autogluon"

    def predict(self, request: Request) -> Predictions:
        """Predict all rows of the request.

        Raises:
            InputError: an option that this predictor does not have.
        """
        options = dict(request.options)
        models = self._predictor.model_names(can_infer=True)
        check_options(options, self._schema.problem_type, models)
        model = options.get("model")
        if self._schema.classes is None:
            answer = self._predictor.predict(request.features, model=model, as_pandas=True)
            values = answer.to_frame(self._schema.label) if answer.ndim == 1 else answer
            names = [str(name) for name in values.columns]
            return Predictions(_columns(names, values), {})
        scores = self._predictor.predict_proba(request.features, model=model, as_multiclass=True)
        labels = self._predictor.predict_from_proba(
            scores, decision_threshold=options.get("decision_threshold")
        )
        # Not by `[...]`: a list of booleans would select rows.
        scores = scores.reindex(columns=list(self._schema.classes))
        return Predictions(
            {self._schema.label: labels.to_numpy()},
            _columns(probability_columns(self._schema.classes), scores),
        )


def _columns(names: Sequence[str], frame: pd.DataFrame) -> dict[str, Any]:
    # By position: names of the frame may be booleans or stand for several columns.
    return {name: frame.iloc[:, at].to_numpy() for at, name in enumerate(names)}
