"""Predict by the exported files, without AutoGluon."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from autogluon_jobs.answers.columns import probability_columns
from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.messages.errors import RowError
from autogluon_jobs.requests.inference_arguments import check_options
from autogluon_jobs.requests.request import Request
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.feature_table import FeatureTable
from autogluon_jobs.tabular.direct.autogluon_members import AutoGluonMembers
from autogluon_jobs.tabular.direct.features.encoding import Encoder
from autogluon_jobs.tabular.direct.files.artifact_files import LEFT_TO_AUTOGLUON, left_to_autogluon
from autogluon_jobs.tabular.direct.model_graph import ModelGraph, Watch
from autogluon_jobs.tabular.prediction.threads import threads_for

_MOST_CELLS = 2**25
"""Encoded at once: 256 MiB."""


class DirectEngine:
    """The exported models of one predictor.

    Attributes:
        left_to_autogluon: what models run through AutoGluon, each with the reason.
        by_call: the models whose last bits may depend on the rows that share a call.

    Args:
        document: `model.json`.
        folder: its location.
        schema: what the predictor takes.
        cores: what one prediction may use at most.
        whole_calls: whether the rows of a request share one call of the models in `by_call`,
            however much memory that takes.

    Raises:
        UnusableError: a file that cannot be read, or something this code does not know.
    """

    def __init__(
        self,
        document: Mapping[str, Any],
        folder: Path,
        schema: FeatureSchema,
        cores: int,
        *,
        whole_calls: bool = True,
    ) -> None:
        self._schema = schema
        self._cores = cores
        self._whole_calls = whole_calls
        self._best: str = document["best_model"]
        self._threshold: float | None = document["decision_threshold"]
        self._encoder = Encoder(schema, document["features"])
        self.left_to_autogluon = left_to_autogluon(document)
        autogluon: AutoGluonMembers | None = None
        if self.left_to_autogluon:
            names = [node["name"] for node in document["models"] if LEFT_TO_AUTOGLUON in node]
            autogluon = AutoGluonMembers(folder.parent, names, document["features"], cores)
        self._graph = ModelGraph(
            document["models"], schema.problem_type, self._encoder.fills, folder, autogluon
        )
        self.by_call = tuple(self._graph.by_call)
        classes = schema.classes or ()
        self._known: list[int] = document["known_classes"]
        self._names = probability_columns(classes)
        self._classes = _label_array(list(classes))

    @property
    def name(self) -> str:
        """Return the engine's name in answers."""
        return "direct"

    @property
    def joinable(self) -> bool:
        """Return whether no row's answer depends on others."""
        return not self.by_call

    @property
    def rows_apart(self) -> bool:
        """Return whether each row is answered as AutoGluon answers it alone; see `normalized`."""
        return self._graph.keeps_rows_apart

    @property
    def models(self) -> list[str]:
        """Return the models that a request can ask for."""
        return self._graph.names

    def predict(self, request: Request) -> Predictions:
        """Predict all rows of the request.

        Raises:
            InputError: an option that this predictor does not have.
            RowError: rows that its models cannot take.
        """
        return self.predict_watched(request, None)

    def predict_watched(self, request: Request, watch: Watch | None) -> Predictions:
        """Predict as `predict`; `watch` sees the models in `by_call`."""
        check_options(request.options, self._schema.problem_type, self.models)
        table = request.table(self._schema.features)
        values = self._values(table, request.options.get("model", self._best), watch)
        if self._schema.problem_type == "binary":
            return self._binary(values, request.options.get("decision_threshold", self._threshold))
        if self._schema.problem_type == "multiclass":
            return self._multiclass(values)
        if self._schema.problem_type == "quantile":
            levels = self._schema.quantile_levels or ()
            return Predictions({str(level): values[:, at] for at, level in enumerate(levels)}, {})
        return Predictions({self._schema.label: values}, {})

    def _values(self, table: FeatureTable, model: str, watch: Watch | None) -> Any:
        """Predict with the model; encode in parts, because texts make thousands of features."""
        most = max(1, _MOST_CELLS // max(1, len(self._encoder.rules)))
        if self.by_call and (self._whole_calls or watch is not None):
            most = max(1, len(table))
        parts = [
            table if len(table) <= most else table.part(start, start + most)
            for start in range(0, len(table), most)
        ]
        answers: list[Any] = []
        for part in parts or [table]:
            threads = threads_for(len(part), self._cores)
            try:
                encoded = self._encoder.encode(part)
                answers.append(self._graph.predict(model, encoded, threads, watch))
            except RowError as error:
                raise error.moved(sum(map(len, answers))) from error
        return answers[0] if len(answers) == 1 else np.concatenate(answers)

    def _binary(self, positive: Any, threshold: float) -> Predictions:
        # The subtraction first, in the scores' own type; then 64 bits, as AutoGluon has them.
        negative, positive = (1 - positive).astype(np.float64), positive.astype(np.float64)
        labels = self._classes[(positive > threshold).astype(np.int64)]
        scores = dict(zip(self._names, (negative, positive), strict=True))
        return Predictions({self._schema.label: labels}, scores)

    def _multiclass(self, values: Any) -> Predictions:
        scores = values
        if len(self._known) < len(self._classes):  # AutoGluon dropped the others: too few rows
            scores = np.zeros((len(values), len(self._classes)), dtype=np.float32)
            scores[:, self._known] = values
        labels = self._classes[np.argmax(scores, axis=1)]
        columns = {name: scores[:, at] for at, name in enumerate(self._names)}
        return Predictions({self._schema.label: labels}, columns)


def _label_array(classes: list[Any]) -> Any:
    if any(isinstance(item, str) for item in classes):
        labels: Any = np.empty(len(classes), dtype=object)
        labels[:] = classes
        return labels
    return np.array(classes)
