"""Register tabular predictors."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from autogluon_contracts.code.own_objects import OwnObject
from autogluon_contracts.predictor_types import PredictorType
from autogluon_contracts.predictor_types.tabular.arguments import (
    check_fit_args,
    check_init_args,
    named_objects,
)
from autogluon_contracts.predictor_types.tabular.checkpoints import checkpoint_problem
from autogluon_contracts.predictor_types.tabular.distributed import distribution_problem
from autogluon_contracts.predictor_types.tabular.families import image_problem, image_warning
from autogluon_contracts.predictor_types.tabular.further_training import (
    METHODS,
    keeping_problem,
)
from autogluon_contracts.predictor_types.tabular.latency import latency_problem
from autogluon_contracts.predictor_types.tabular.metrics import (
    best_value,
    canonical,
    measured_metrics,
)
from autogluon_contracts.predictor_types.tabular.weights import weights_problem


class _Tabular:
    """`TabularPredictor` of AutoGluon."""

    has_validation_score = True
    has_baseline = True
    further_methods = METHODS

    def keeping_problem(self, init_args: object, fit_args: object) -> str | None:
        """Return why artifacts of runs with these arguments would lack data or models."""
        return keeping_problem(init_args, fit_args)

    def init_args_problems(self, args: object, *, label_required: bool = True) -> Sequence[str]:
        """Return a sentence for each thing wrong with the arguments of the constructor."""
        return check_init_args(args, label_required=label_required)

    def fit_args_problems(self, args: object) -> Sequence[str]:
        """Return a sentence for each thing wrong with the arguments of `fit`."""
        return check_fit_args(args)

    def combination_problems(
        self,
        init_args: object,  # noqa: ARG002 - they are independent of each other
        fit_args: object,  # noqa: ARG002 - likewise
    ) -> Sequence[str]:
        """Return nothing: neither depends on the other."""
        return ()

    def own_objects(self, init_args: object, fit_args: object) -> Mapping[str, OwnObject]:
        """Return the metric and the feature generator, where they are a person's own."""
        return named_objects(init_args, fit_args)

    def code_problem(self) -> None:
        """Return None: metrics and feature generators may be a person's own."""

    def weights_problem(
        self, fit_args: object, weights: Collection[str], *, isolated: bool
    ) -> str | None:
        """Return why a run cannot have the weights that it needs; None: it can."""
        if not isinstance(fit_args, dict) or check_fit_args(fit_args):
            return None
        return weights_problem(fit_args, weights, isolated=isolated)

    def image_problem(self, fit_args: object) -> str | None:
        """Return why AWS's image cannot train with these arguments of `fit`; None: it can."""
        if not isinstance(fit_args, dict) or check_fit_args(fit_args):
            return None
        return image_problem(fit_args)

    def image_warning(self, fit_args: object) -> str | None:
        """Return which models of a preset AWS's image leaves out; None: it has all of them."""
        if not isinstance(fit_args, dict) or check_fit_args(fit_args):
            return None
        return image_warning(fit_args)

    def latency_problem(self, fit_args: object) -> str | None:
        """Return why `optimize_for: latency` cannot work with these arguments; None: it can."""
        return latency_problem(fit_args) if isinstance(fit_args, dict) else None

    def checkpoint_problem(self, fit_args: object) -> str | None:
        """Return why jobs with these arguments cannot keep finished models; None: they can."""
        return checkpoint_problem(fit_args) if isinstance(fit_args, dict) else None

    def distribution_problem(self, fit_args: object) -> str | None:
        """Return why several instances would not help with these arguments; None: they do."""
        if not isinstance(fit_args, dict) or check_fit_args(fit_args):
            return None  # its own problems come first
        return distribution_problem(fit_args)

    def settings_problems(
        self,
        batch_engine: str,  # noqa: ARG002 - all are honoured
        serving: Collection[str],
    ) -> Sequence[str]:
        """Return a sentence for each setting that is for other inputs than tables."""
        if "image_locations" not in serving:
            return ()
        return ("serving.image_locations: tabular predictors read no images; leave it out",)

    def measured_metrics(self, problem_type: str | None, eval_metric: str | None) -> Sequence[str]:
        """Return the metrics that a run measures; empty where that depends on the data."""
        return measured_metrics(problem_type, eval_metric)

    def canonical_metric(self, name: str) -> str:
        """Return the name under which AutoGluon reports a metric."""
        return canonical(name)

    def best_value(self, metric: str) -> float:
        """Return the optimum of a metric in AutoGluon's sign: no value exceeds it."""
        return best_value(metric)


PREDICTOR_TYPE: PredictorType = _Tabular()
