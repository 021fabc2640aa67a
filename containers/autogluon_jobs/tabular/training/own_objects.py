"""Replace the names of a person's own metric and feature generator by the objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon.core.metrics import Scorer
from autogluon.features.generators import AbstractFeatureGenerator

from autogluon_contracts.code.own_objects import OwnObject
from autogluon_jobs.jobs.own_code import load_own_object, require_picklable
from autogluon_jobs.messages.errors import InputError

_METRIC = "init_args.eval_metric"
_GENERATOR = "fit_args.feature_generator"


@dataclass(frozen=True)
class OwnArguments:
    """Arguments whose values are objects of the job's own code, which replace their names."""

    own_init_args: Mapping[str, Any]
    own_fit_args: Mapping[str, Any]

    @classmethod
    def of(cls, init_args: Mapping[str, Any], fit_args: Mapping[str, Any]) -> OwnArguments:
        """Load the objects that arguments name.

        Raises:
            InputError: one is not found, is not what the argument takes, or could not be saved.
        """
        metric = OwnObject.parse(init_args.get("eval_metric"))
        generator = OwnObject.parse(fit_args.get("feature_generator"))
        return cls(
            {} if metric is None else {"eval_metric": _metric(metric)},
            {} if generator is None else {"feature_generator": _generator(generator)},
        )


def _metric(own: OwnObject) -> Scorer:
    metric = load_own_object(_METRIC, own)
    if not isinstance(metric, Scorer):
        raise InputError(
            f"{_METRIC}: {own} is a {type(metric).__name__}, not a metric.",
            advice=f"Make it by autogluon.core.metrics.make_scorer(name='{own.attribute}', ...).",
        )
    if metric.name != own.attribute:
        raise InputError(
            f'{_METRIC}: {own} has the name "{metric.name}", and a metric is reported by its '
            "object's name.",
            advice=f"Write make_scorer(name='{own.attribute}', ...).",
        )
    require_picklable(_METRIC, own, metric)
    return metric


def _generator(own: OwnObject) -> AbstractFeatureGenerator:
    given = generator = load_own_object(_GENERATOR, own)
    if not isinstance(given, AbstractFeatureGenerator) and callable(given):
        try:
            generator = given()
        except Exception as error:  # whatever a person's function raises
            raise InputError(
                f"{_GENERATOR}: calling {own} without arguments failed: "
                f"{type(error).__name__}: {error}.",
                advice="Give a feature generator, or a function that returns one.",
            ) from error
    if not isinstance(generator, AbstractFeatureGenerator):
        raise InputError(
            f"{_GENERATOR}: {own} gives a {type(generator).__name__}, not a feature generator.",
            advice="Give an object of a subclass of AbstractFeatureGenerator of "
            "autogluon.features.generators, or a function that returns one.",
        )
    if generator.is_fit():
        raise InputError(
            f"{_GENERATOR}: {own} is fitted already.", advice="Give one that is not fitted."
        )
    require_picklable(_GENERATOR, own, generator)
    return generator
