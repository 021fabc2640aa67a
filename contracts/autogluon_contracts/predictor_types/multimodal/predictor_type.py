"""Register multimodal predictors."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from autogluon_contracts.code.own_objects import OwnObject
from autogluon_contracts.defaults import LATENCY
from autogluon_contracts.predictor_types import PredictorType
from autogluon_contracts.predictor_types.further_training import Method
from autogluon_contracts.predictor_types.multimodal.arguments import (
    check_fit_args,
    check_init_args,
    named_objects,
)
from autogluon_contracts.predictor_types.multimodal.further_training import METHODS
from autogluon_contracts.predictor_types.multimodal.metrics import best_value, measured_metrics
from autogluon_contracts.predictor_types.multimodal.segmentation import combination_problems
from autogluon_contracts.predictor_types.multimodal.weights import (
    downloads_problem,
    unnamed_problem,
)
from autogluon_contracts.predictor_types.tabular.metrics import canonical


class _MultiModal:
    """`MultiModalPredictor` of AutoGluon."""

    has_validation_score = False
    has_baseline = False
    further_methods: Mapping[str, Method] = METHODS

    def keeping_problem(
        self,
        init_args: object,  # noqa: ARG002 - with none of them
        fit_args: object,  # noqa: ARG002 - likewise
    ) -> str | None:
        """Say that every artifact has the weights from which a run goes on."""
        return "type 'multimodal', whose artifacts can be trained further as they are"

    def init_args_problems(self, args: object, *, label_required: bool = True) -> Sequence[str]:
        """Return a sentence for each thing wrong with the arguments of the constructor."""
        return check_init_args(args, label_required=label_required)

    def fit_args_problems(self, args: object) -> Sequence[str]:
        """Return a sentence for each thing wrong with the arguments of `fit`."""
        return check_fit_args(args)

    def combination_problems(self, init_args: object, fit_args: object) -> Sequence[str]:
        """Return what both together have wrong: masks need a column of images, for instance."""
        if not isinstance(init_args, dict) or not isinstance(fit_args, dict):
            return ()
        if check_init_args(init_args, label_required=False) or check_fit_args(fit_args):
            return ()
        return list(combination_problems(init_args, fit_args))

    def own_objects(
        self,
        init_args: object,
        fit_args: object,  # noqa: ARG002 - they name none
    ) -> Mapping[str, OwnObject]:
        """Return the metric, where it is a person's own."""
        return named_objects(init_args)

    def code_problem(self) -> None:
        """Return None: the metric may be a person's own."""

    def weights_problem(
        self, fit_args: object, weights: Collection[str], *, isolated: bool
    ) -> str | None:
        """Return why a run cannot have the weights that it needs; None: it can."""
        if not isinstance(fit_args, dict) or check_fit_args(fit_args):
            return None
        unnamed = unnamed_problem(fit_args, weights)
        if unnamed is not None or not isolated:
            return unnamed
        problem = downloads_problem(fit_args)
        return None if problem is None else f"{problem}, or set its network_isolation: false"

    def image_problem(self, fit_args: object) -> None:
        """Return None: AWS's image has what every model needs."""

    def image_warning(self, fit_args: object) -> None:
        """Return None, likewise."""

    def latency_problem(self, fit_args: object) -> str | None:  # noqa: ARG002 - with none of them
        """Say that there is one model."""
        return (
            f"serving.optimize_for: got '{LATENCY}', which is for tabular predictors; leave it "
            "out, and name a small checkpoint in fit_args.hyperparameters"
        )

    def checkpoint_problem(self, fit_args: object) -> None:
        """Return None: the network's state is kept after each validation."""

    def distribution_problem(self, fit_args: object) -> str:  # noqa: ARG002 - with any of them
        """Say that AutoGluon trains them on one instance."""
        return "type 'multimodal', which AutoGluon trains on one instance; leave it out"

    def settings_problems(
        self,
        batch_engine: str,
        serving: Collection[str],  # noqa: ARG002 - all are honoured
    ) -> Sequence[str]:
        """Return a sentence for each setting that multimodal predictors cannot honour."""
        if batch_engine != "bulk":
            return ()
        return (
            "batch.engine: got 'bulk', which has a process for each core, and each would hold the "
            "whole network; allowed: 'auto' or 'transform'",
        )

    def measured_metrics(self, problem_type: str | None, eval_metric: str | None) -> Sequence[str]:
        """Return the metrics that a run measures."""
        return measured_metrics(problem_type, eval_metric)

    def canonical_metric(self, name: str) -> str:
        """Return the name under which AutoGluon reports a metric."""
        return canonical(name)

    def best_value(self, metric: str) -> float:
        """Return the optimum of a metric in AutoGluon's sign: no value exceeds it."""
        return best_value(metric)


PREDICTOR_TYPE: PredictorType = _MultiModal()
