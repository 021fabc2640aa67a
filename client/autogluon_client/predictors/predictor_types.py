"""Find the types of predictors: each is a folder here with a module `predictor_type`.

That module defines `PREDICTOR_TYPE`, a `PredictorType`. The folder's name is the type's, as the
settings spell it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol

from autogluon_client import predictors
from autogluon_client.endpoint.endpoint import Endpoint
from autogluon_client.endpoint.input_schema import example_request
from autogluon_client.errors import NotSupportedError
from autogluon_client.predictors.base_predictor import BaseCloudPredictor
from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.suggestions import did_you_mean

_MODULE = "predictor_type"


class Evaluation(Protocol):
    """The score of a model on rows with the label.

    Attributes:
        rows: how many rows were compared.
        metrics: by name, the eval metric first; higher is better, errors are negative.
        warnings: which rows or metrics were left out.
    """

    @property
    def rows(self) -> int: ...
    @property
    def metrics(self) -> Mapping[str, float]: ...
    @property
    def warnings(self) -> Sequence[str]: ...


Evaluate = Callable[[FeatureSchemaHeader, Any, Any, str | None], Evaluation]
"""From a model's feature schema, n labels, n answers and the eval metric to the score."""


@dataclass(frozen=True, kw_only=True)
class PredictorType:
    """What Python client and command line need to drive predictors of one type.

    Attributes:
        predictor_class: what `CloudPredictor(<type>)` creates.
        endpoint_class: the handle to an endpoint that serves such a predictor.
        label_argument: the `init_args` key that names the column to predict, such as `label`;
            None for a type without one.
        label_default: that column where `init_args` have no such key; None: they must have it.
        has_portable_scorer: whether a wheel can score rows by such a predictor, without AutoGluon.
        evaluate: compares labels with answers; None for a type that cannot.
        answer_columns: a model's answer, by its feature schema; `output` is `both` or `labels`.
        answer_values: JSON Schemas of an answer's columns that are neither a class, a column of the
            request nor a number, by the feature schema.
        evaluation_problem: a sentence why a model's answers cannot be compared with labels, by its
            feature schema; None: they can, with `evaluate`.
        example_request: rows that a model answers, by its feature schema.
        batch_data: what a batch uploads in place of data, by the predictor's `init_args`.
    """

    predictor_class: type[BaseCloudPredictor[Any]]
    endpoint_class: type[Endpoint]
    label_argument: str | None
    label_default: str | None = None
    has_portable_scorer: bool = False
    evaluate: Evaluate | None = None
    answer_columns: Callable[[FeatureSchemaHeader, str], Sequence[str]] = (
        FeatureSchemaHeader.answer_columns
    )
    answer_values: Callable[[FeatureSchemaHeader], Mapping[str, Any]] = lambda _: {}
    evaluation_problem: Callable[[FeatureSchemaHeader], str | None] = lambda _: None
    example_request: Callable[[FeatureSchemaHeader], list[dict[str, Any]]] = example_request
    batch_data: Callable[[Mapping[str, Any], Any], AbstractContextManager[Any]] = lambda _, data: (
        nullcontext(data)
    )

    @property
    def load_call(self) -> str:
        """Return the call that loads a downloaded predictor, such as `TabularPredictor.load`.

        What AutoGluon did not train, the serving script in its folder `code` loads.
        """
        local = self.predictor_class.local_class
        return f"{local}.load" if local else "model_fn"


def predictor_type(name: str) -> PredictorType:
    """Return the type of that name.

    Raises:
        NotSupportedError: there is no such type, or not yet.
    """
    known = known_types()
    if name not in known:
        raise NotSupportedError(
            f"predictor_type: {name!r} is not supported yet{did_you_mean(name, known)}; allowed: "
            f"{', '.join(map(repr, known))}.",
            argument="predictor_type",
        )
    module = importlib.import_module(f"{predictors.__name__}.{name}.{_MODULE}")
    found: PredictorType = module.PREDICTOR_TYPE
    return found


def type_of(spec: Mapping[str, Any]) -> PredictorType:
    """Return the type of a predictor, by its deployed settings."""
    return predictor_type(spec["type"])


def known_types() -> tuple[str, ...]:
    """Return the names of all types, sorted."""
    folders = (found.name for found in pkgutil.iter_modules(predictors.__path__) if found.ispkg)
    return tuple(sorted(name for name in folders if _defines_type(name)))


def _defines_type(folder: str) -> bool:
    package = importlib.import_module(f"{predictors.__name__}.{folder}")
    return any(found.name == _MODULE for found in pkgutil.iter_modules(package.__path__))
