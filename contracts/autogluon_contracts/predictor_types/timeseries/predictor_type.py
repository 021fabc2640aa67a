"""Register time series predictors."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import inf

from autogluon_contracts.code.own_objects import OwnObject
from autogluon_contracts.defaults import LATENCY
from autogluon_contracts.predictor_types import PredictorType
from autogluon_contracts.predictor_types.further_training import Method
from autogluon_contracts.predictor_types.timeseries.arguments import (
    check_fit_args,
    check_init_args,
    named_objects,
)
from autogluon_contracts.predictor_types.timeseries.metrics import canonical, measured_metrics
from autogluon_contracts.predictor_types.timeseries.names import METRICS
from autogluon_contracts.predictor_types.timeseries.weights import weights_problem

_OF_JOINED_REQUESTS = ("joining", "max_batch_rows", "max_wait_ms")


class _TimeSeries:
    """`TimeSeriesPredictor` of AutoGluon."""

    has_validation_score = False
    has_baseline = False
    further_methods: Mapping[str, Method] = {}

    def keeping_problem(
        self,
        init_args: object,  # noqa: ARG002 - with none of them
        fit_args: object,  # noqa: ARG002 - likewise
    ) -> str | None:
        """Say that AutoGluon fits a predictor of time series once."""
        return "type 'timeseries', whose predictors AutoGluon fits once"

    def init_args_problems(
        self,
        args: object,
        *,
        label_required: bool = True,  # noqa: ARG002 - the target has a default
    ) -> Sequence[str]:
        """Return a sentence for each thing wrong with the arguments of the constructor."""
        return check_init_args(args)

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
        self,
        fit_args: object,
        weights: Collection[str],
        *,
        isolated: bool,  # noqa: ARG002 - jobs with a network do not download either
    ) -> str | None:
        """Return why a run cannot have the weights that it needs; None: it can."""
        if not isinstance(fit_args, dict) or check_fit_args(fit_args):
            return None
        return weights_problem(fit_args, weights)

    def image_problem(self, fit_args: object) -> None:
        """Return None: AWS's image has what every model needs."""

    def image_warning(self, fit_args: object) -> None:
        """Return None, likewise."""

    def latency_problem(self, fit_args: object) -> str | None:  # noqa: ARG002 - with none of them
        """Say that models are not chosen by their speed."""
        return (
            f"serving.optimize_for: got '{LATENCY}', which is for tabular predictors; leave it "
            "out, and name fast models in fit_args.hyperparameters"
        )

    def checkpoint_problem(self, fit_args: object) -> str | None:  # noqa: ARG002 - with none
        """Say that models are kept at the end only."""
        return (
            "type 'timeseries', whose fit does not tell when a model is finished, so that nothing "
            "could be kept; it is for tabular predictors"
        )

    def distribution_problem(self, fit_args: object) -> str:  # noqa: ARG002 - with any of them
        """Say that AutoGluon trains them on one instance."""
        return "type 'timeseries', which AutoGluon trains on one instance; leave it out"

    def settings_problems(self, batch_engine: str, serving: Collection[str]) -> Sequence[str]:
        """Return a sentence for each setting that is for answers row by row."""
        problems = [
            f"serving.{name}: requests for forecasts are never joined; leave it out"
            for name in _OF_JOINED_REQUESTS
            if name in serving
        ]
        if "image_locations" in serving:
            problems.append("serving.image_locations: forecasts read no images; leave it out")
        if batch_engine == "bulk":
            problems.append(
                "batch.engine: got 'bulk', which answers row by row, and a forecast depends on "
                "many rows; allowed: 'auto' or 'transform'"
            )
        return problems

    def measured_metrics(
        self,
        problem_type: str | None,  # noqa: ARG002 - there is one
        eval_metric: str | None,
    ) -> Sequence[str]:
        """Return the metrics that a run measures."""
        return measured_metrics(eval_metric)

    def canonical_metric(self, name: str) -> str:
        """Return the name under which AutoGluon reports a metric."""
        return canonical(name)

    def best_value(self, metric: str) -> float:
        """Return 0, which no error exceeds in AutoGluon's sign: all its metrics are errors."""
        return 0.0 if canonical(metric) in METRICS else inf


PREDICTOR_TYPE: PredictorType = _TimeSeries()
