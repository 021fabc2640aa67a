"""Predictions by AutoGluon's own predictor."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from autogluon.tabular import TabularPredictor

from autogluon_jobs.errors import InputError
from autogluon_jobs.feature_schema import FeatureSchema
from autogluon_jobs.names import hint, listed
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

    def predict(self, request: Request) -> Predictions:
        """Predict all rows of the request.

        Raises:
            InputError: an option that this predictor does not have.
        """
        options = dict(request.options)
        self._check(options)
        model = options.get("model")
        if self._schema.classes is None:
            answer = self._predictor.predict(request.features, model=model, as_pandas=True)
            labels = answer.to_frame(self._schema.label) if answer.ndim == 1 else answer
            labels.columns = [str(name) for name in labels.columns]
            return Predictions(labels, pd.DataFrame(index=labels.index))
        scores = self._predictor.predict_proba(request.features, model=model, as_multiclass=True)
        labels = self._predictor.predict_from_proba(
            scores, decision_threshold=options.get("decision_threshold")
        ).to_frame(self._schema.label)
        # Not by `[...]`: a list of booleans would select rows.
        scores = scores.reindex(columns=list(self._schema.classes))
        scores.columns = probability_columns(self._schema.classes)
        return Predictions(labels, scores)

    def _check(self, options: dict[str, object]) -> None:
        if "decision_threshold" in options and self._schema.problem_type != "binary":
            raise InputError(
                f"A decision_threshold is for binary classification; this is "
                f"{self._schema.problem_type}."
            )
        model, models = options.get("model"), self._predictor.model_names(can_infer=True)
        if model is not None and model not in models:
            raise InputError(
                f'There is no model "{model}" in this artifact{hint(str(model), models)}; it has '
                f"{listed(models)}."
            )
