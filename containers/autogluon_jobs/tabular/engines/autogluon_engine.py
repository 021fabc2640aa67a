"""Predict by AutoGluon's own predictor."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from autogluon.tabular import TabularPredictor

from autogluon_jobs.answers.columns import probability_columns
from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.requests.inference_arguments import check_options
from autogluon_jobs.requests.request import Request
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.feature_table import FeatureTable
from autogluon_jobs.tabular.compiled.features import CompiledFeatures
from autogluon_jobs.tabular.compiled.predictor import compile_predictor
from autogluon_jobs.tabular.prediction.float32_range import require_32_bits
from autogluon_jobs.tabular.prediction.threads import (
    ROWS_PER_THREAD,
    apply_thread_policy,
    members_of,
)

_ROW_BY_ROW = frozenset({
    "LGBModel", "XGBoostModel", "CatBoostModel", "RFModel", "XTModel",
    "GreedyWeightedEnsembleModel",
})  # fmt: skip


class AutoGluonEngine:
    """A loaded `TabularPredictor`; `features` makes those of few rows, where that is possible."""

    def __init__(
        self,
        predictor: TabularPredictor,
        schema: FeatureSchema,
        features: CompiledFeatures | None = None,
        *,
        joinable: bool = False,
    ) -> None:
        self._predictor = predictor
        self._schema = schema
        self._compiled_features = features
        self._joinable = joinable

    @classmethod
    def load(
        cls, folder: Path, schema: FeatureSchema, cores: int = 1, *, compiled: bool = False
    ) -> AutoGluonEngine:
        """Load the predictor from an unpacked artifact and keep its models in memory.

        Args:
            folder: the artifact.
            schema: what the predictor takes.
            cores: what one prediction may use at most.
            compiled: spend some of the start on small requests; see `compile_predictor`.
        """
        predictor = TabularPredictor.load(str(folder), verbosity=0)
        # The whole artifact was slimmed to what the best model needs: it all has to fit anyway.
        predictor.persist(max_memory=None)
        trainer = predictor._trainer
        models = [trainer.load_model(name) for name in trainer.get_model_names()]
        joinable = all(_rows_are_independent(model) for model in models)
        apply_thread_policy(models, cores)
        features = compile_predictor(predictor, schema) if compiled else None
        return cls(predictor, schema, features, joinable=joinable)

    @property
    def predictor(self) -> TabularPredictor:
        """Return what predicts."""
        return self._predictor

    @property
    def name(self) -> str:
        """Return the engine's name in answers."""
        return "autogluon"

    @property
    def joinable(self) -> bool:
        """Return whether no row's answer depends on others."""
        return self._joinable

    def predict(self, request: Request) -> Predictions:
        """Predict all rows of the request.

        Raises:
            InputError: an option that this predictor does not have.
            RowError: rows that its models cannot take.
        """
        models = self._predictor.model_names(can_infer=True)
        check_options(request.options, self._schema.problem_type, models)
        try:
            return self._predicted(request)
        except ValueError:
            # A forest's error says neither row nor number; ours of this very reason does.
            _require_32_bits(request.table(self._schema.features))
            raise

    def _predicted(self, request: Request) -> Predictions:
        model = request.options.get("model")
        rows, raw = self._features(request)
        if self._schema.classes is None:
            answer = self._predictor.predict(rows, model=model, transform_features=raw)
            values = answer.to_frame(self._schema.label) if answer.ndim == 1 else answer
            names = [str(name) for name in values.columns]
            return Predictions(_columns(names, values), {})
        scores = self._predictor.predict_proba(rows, model=model, transform_features=raw)
        labels = self._predictor.predict_from_proba(
            scores, decision_threshold=request.options.get("decision_threshold")
        )
        # Not by `[...]`: a list of booleans would select rows.
        scores = scores.reindex(columns=list(self._schema.classes))
        return Predictions(
            {self._schema.label: labels.to_numpy()},
            _columns(probability_columns(self._schema.classes), scores),
        )

    def _features(self, request: Request) -> tuple[pd.DataFrame, bool]:
        """Return the rows as a frame, and whether AutoGluon still has to make its features."""
        if self._compiled_features is None or len(request) >= ROWS_PER_THREAD:
            return request.features, True
        return self._compiled_features.frame(request.table(self._schema.features)), False


def _rows_are_independent(model: Any) -> bool:
    """Return whether a model's answer to a row is the same bits beside any other rows.

    Trees are added up row by row. Products of matrices, of which neural networks, linear models and
    neighbours are made, are added up in an order that depends on their size. And where AutoGluon
    keeps probabilities off 0, it divides all rows of several classes as soon as one needs it.
    """
    if model.problem_type == "multiclass" and model.normalize_pred_probas:
        return False
    parts = [part for part in members_of(model) if part is not model]
    if parts:
        return all(map(_rows_are_independent, parts))
    return type(model).__name__ in _ROW_BY_ROW


def _require_32_bits(table: FeatureTable) -> None:
    floats = [table.columns[item.name] for item in table.features if item.kind == "float"]
    if floats:
        require_32_bits(np.stack(floats, axis=1))


def _columns(names: Sequence[str], frame: pd.DataFrame) -> dict[str, Any]:
    # By position: names of the frame may be booleans, or name several columns.
    return {name: frame.iloc[:, at].to_numpy() for at, name in enumerate(names)}
