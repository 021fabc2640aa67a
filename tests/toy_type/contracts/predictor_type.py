"""Register mean predictors."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from autogluon_contracts.code.own_objects import OwnObject
from autogluon_contracts.predictor_types import PredictorType
from autogluon_contracts.predictor_types.further_training import Method
from autogluon_contracts.predictor_types.meantype.arguments import (
    FIT_ARGS,
    INIT_ARGS,
    METRICS,
    problems,
)


class _Mean:
    """What settings can know of mean predictors."""

    has_validation_score = False
    has_baseline = False
    further_methods: Mapping[str, Method] = {}

    def keeping_problem(self, init_args: object, fit_args: object) -> str | None:
        """Say that there is nothing to train further."""
        return "type 'meantype', which has one number"

    def init_args_problems(self, args: object, *, label_required: bool = True) -> Sequence[str]:
        """Return a sentence for each thing wrong with the arguments of the constructor."""
        found = list(problems("init_args", args, INIT_ARGS))
        if isinstance(args, dict) and label_required:
            found += [f"init_args.{name}: missing" for name in INIT_ARGS if name not in args]
        return found

    def fit_args_problems(self, args: object) -> Sequence[str]:
        """Return a sentence for each thing wrong with the arguments of `fit`."""
        return list(problems("fit_args", args, FIT_ARGS))

    def combination_problems(self, init_args: object, fit_args: object) -> Sequence[str]:
        """Return nothing: neither depends on the other."""
        return ()

    def own_objects(self, init_args: object, fit_args: object) -> Mapping[str, OwnObject]:
        """Return nothing: arguments name no objects of a person's own."""
        return {}

    def code_problem(self) -> str:
        """Say that a mean needs no code."""
        return "type 'meantype', which needs no code; leave it out"

    def weights_problem(
        self, fit_args: object, weights: Collection[str], *, isolated: bool
    ) -> str | None:
        """Return None: there is nothing to download."""
        return None

    def image_problem(self, fit_args: object) -> None:
        """Return None: AWS's image has what every model needs."""

    def image_warning(self, fit_args: object) -> None:
        """Return None, likewise."""

    def latency_problem(self, fit_args: object) -> str | None:
        """Say that there is only one model to choose from."""
        return "serving.optimize_for: a mean predictor has one model"

    def distribution_problem(self, fit_args: object) -> str:
        """Say that it has nothing to share out."""
        return "type 'meantype', which is trained on one instance"

    def checkpoint_problem(self, fit_args: object) -> str | None:
        """Say that its model is finished at once."""
        return "type 'meantype', which is trained in a moment"

    def settings_problems(
        self,
        batch_engine: str,
        serving: Collection[str],
    ) -> Sequence[str]:
        """Return nothing: every setting has its effect."""
        return ()

    def measured_metrics(self, problem_type: str | None, eval_metric: str | None) -> Sequence[str]:
        """Return the metrics that a run measures."""
        return METRICS

    def canonical_metric(self, name: str) -> str:
        """Return the name itself: metrics have no other ones."""
        return name

    def best_value(self, metric: str) -> float:
        """Return 0 for the error; the ratio of two errors has no bound."""
        return 0.0 if metric == "mean_absolute_error" else math.inf


PREDICTOR_TYPE: PredictorType = _Mean()
