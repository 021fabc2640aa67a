"""Explain predictions by the SHAP values of their boosters, per input column.

They add up, with the base, to the booster's own score: the target's unit in a regression, log-odds
of the positive class in binary classification, one score per class otherwise. Several boosters
share one answer only in a regression, where predictions are averaged; probabilities that are
averaged have no score that parts could add up to.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from autogluon_contracts.answers import contribution_columns
from autogluon_contracts.documents.error_facts import ErrorFacts
from autogluon_jobs.answers.columns import Columns, require_distinct
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.requests.request import Request
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.tabular.explanations.booster_contributions import (
    BOOSTERS,
    booster_contributions,
)
from autogluon_jobs.tabular.prediction.answer_columns import answer_columns


class Contributions:
    """Explains predictions of one artifact; AutoGluon loads it when first asked."""

    def __init__(self, folder: Path, schema: FeatureSchema) -> None:
        self._folder = folder
        self._schema = schema
        self._lock = threading.Lock()

    def columns(self, request: Request) -> Columns:
        """Return one column `<feature>_contribution` per feature, and `base_contribution`.

        With more than two classes, `<feature>_<class>_contribution` for each class.

        Raises:
            InputError: the model that answers has no contributions, by the member's name; or a
                column would be called like another.
        """
        names = self.names
        with self._lock:  # boosters of two requests would take turns anyway
            values = self._values(request)
        columns = values.reshape(len(request), -1).T
        return dict(zip(names, columns, strict=True))

    def require(self, model: str | None) -> None:
        """Refuse a model without contributions; None means the best."""
        with self._lock:
            self._members(model)

    @cached_property
    def names(self) -> list[str]:
        """Return the columns that `columns` returns.

        Raises:
            InputError: one would be called like another, or like the label or a probability.
        """
        names = list(contribution_columns(self._schema.names, self._schema.classes))
        require_distinct([*answer_columns(self._schema), *names], "Leave out contributions.")
        return names

    def _values(self, request: Request) -> Any:
        """Return contributions of the shape: rows, features and base, scores."""
        encoded = self._predictor.transform_features(request.features)
        features = len(self._schema.names) + 1
        sums = np.zeros((len(request), features, len(self.names) // features))
        rows_of = {name: row for row, name in enumerate(self._schema.names)}
        for weight, model in self._members(request.options.get("model")):
            names, values = booster_contributions(model, encoded)
            for column, name in enumerate(names):
                sums[:, rows_of[self._origins[name]]] += weight * values[:, column]
            sums[:, -1] += weight * values[:, -1]
        return sums

    @cached_property
    def _predictor(self) -> Any:
        from autogluon.tabular import TabularPredictor  # takes seconds, so only when asked

        return TabularPredictor.load(str(self._folder), verbosity=0)

    @cached_property
    def _origins(self) -> Mapping[str, str]:
        """Return the input column that each encoded feature was made of."""
        links: dict[str, list[str]] = {}
        for generator in self._predictor._learner.feature_generators:
            for origin, made in generator.get_feature_links().items():
                for name in made:
                    links.setdefault(name, []).append(origin)
        for origins in links.values():
            if len(origins) > 1:
                raise InputError(
                    "The predictor has no contributions: one of its features combines the columns "
                    f"{listed(origins)}."
                )
        return {name: origins[0] for name, origins in links.items()}

    def _members(self, asked: Any) -> list[tuple[float, Any]]:
        model = asked or self._predictor.model_best
        if self._schema.quantile_levels is not None:
            raise InputError("Quantiles have no contributions.")
        members = self._resolve(str(model), 1.0)
        if len(members) > 1 and self._schema.classes is not None:
            raise self._none_of(
                str(model), f"it averages the probabilities of {len(members)} models"
            )
        return members

    def _none_of(self, model: str, why: str) -> InputError:
        """Return the error of a model without contributions, with the models that have them."""
        others = self._explainable
        advice = (
            f"Ask for {listed(others)} by the option model, in a batch by artifact_model."
            if others
            else "Train with GBM, XGB or CAT alone, or see the feature importance in the report."
        )
        facts = ErrorFacts(code="no_contributions", value=model, allowed=others)
        return InputError(
            f'Model "{model}" has no contributions: {why}.', advice=advice, facts=facts
        )

    @cached_property
    def _explainable(self) -> tuple[str, ...]:
        """Return the artifact's models that have contributions, the best first."""
        trainer = self._predictor._trainer
        # What the trainer knows of its models, so that none is loaded for an error's sake.
        levels = trainer.get_models_attribute_dict("level")
        kinds = trainer.get_models_attribute_dict("type_inner")
        children = trainer.get_models_attribute_dict("num_children")
        scores = trainer.get_models_attribute_dict("val_score")
        found = [
            name
            for name in trainer.get_model_names()
            if levels[name] == 1
            and kinds[name].__name__ in BOOSTERS
            and (self._schema.classes is None or children.get(name, 1) == 1)
        ]
        return tuple(sorted(found, key=lambda name: -(scores.get(name) or -math.inf)))

    def _resolve(self, name: str, weight: float) -> list[tuple[float, Any]]:
        trainer = self._predictor._trainer
        if name not in trainer.get_model_names():
            raise InputError(f'Model "{name}" not found in this artifact.')
        model = trainer.load_model(name)
        if type(model).__name__ == "WeightedEnsembleModel":
            weights = model._get_model_weights()
            return [
                member
                for child, part in weights.items()
                for member in self._resolve(child, weight * part)
            ]
        children = _children(model)
        for child in children:
            self._require_booster(name, child)
        return [(weight / len(children), child) for child in children]

    def _require_booster(self, name: str, model: Any) -> None:
        kind = type(model).__name__
        if kind not in BOOSTERS:
            raise self._none_of(
                name, f"it is a {kind}, and only LightGBM, XGBoost and CatBoost have them"
            )
        stacked = self._stacked(model)
        if stacked:
            raise self._none_of(
                name, f"it learned from the answers of other models ({listed(stacked)})"
            )

    def _stacked(self, model: Any) -> list[str]:
        """Return the inputs of a model that are other models' answers."""
        return [item for item in model.features if item not in self._origins]


def _children(model: Any) -> Sequence[Any]:
    load: Callable[[Any], Any] | None = getattr(model, "load_child", None)
    return [model] if load is None else [load(child) for child in model.models]
