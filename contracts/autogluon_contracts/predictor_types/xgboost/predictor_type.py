"""Register predictors of SageMaker's built-in XGBoost."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from autogluon_contracts.code.own_objects import OwnObject
from autogluon_contracts.defaults import LATENCY
from autogluon_contracts.predictor_types import PredictorType
from autogluon_contracts.predictor_types.further_training import Method
from autogluon_contracts.predictor_types.xgboost.arguments import (
    check_fit_args,
    check_init_args,
    check_together,
)
from autogluon_contracts.predictor_types.xgboost.metrics import (
    METRICS,
    TRAIN,
    VALIDATION,
    best_value,
    canonical,
)

_HONOURED = ("request_timeout_seconds",)
_GIVEN = "type 'xgboost', which SageMaker's algorithm trains"


class _XGBoost:
    """The algorithm in AWS's image, without any code of this project."""

    has_validation_score = True  # the eval_metric on the tuning data
    has_baseline = False
    further_methods: Mapping[str, Method] = {}

    def keeping_problem(
        self,
        init_args: object,  # noqa: ARG002 - with none of them
        fit_args: object,  # noqa: ARG002 - likewise
    ) -> str | None:
        """Say that the algorithm starts each model anew."""
        return f"{_GIVEN} anew in each run"

    def init_args_problems(self, args: object, *, label_required: bool = True) -> Sequence[str]:
        """Return a sentence for each thing wrong with the facts about the problem."""
        return check_init_args(args, label_required=label_required)

    def fit_args_problems(self, args: object) -> Sequence[str]:
        """Return a sentence for each thing wrong with the hyperparameters."""
        return check_fit_args(args)

    def own_objects(
        self,
        init_args: object,  # noqa: ARG002 - they name none
        fit_args: object,  # noqa: ARG002 - likewise
    ) -> Mapping[str, OwnObject]:
        """Return nothing: arguments name no objects of a person's own."""
        return {}

    def code_problem(self) -> str:
        """Say what jobs of the type do instead of importing a person's code."""
        return f"{_GIVEN}; leave it out"

    def weights_problem(
        self,
        fit_args: object,  # noqa: ARG002 - with none of them
        weights: Collection[str],
        *,
        isolated: bool,  # noqa: ARG002 - likewise
    ) -> str | None:
        """Say that AutoGluon's weights are not for the algorithm."""
        return f"weights: got them with {_GIVEN}; leave it out" if weights else None

    def image_problem(self, fit_args: object) -> None:
        """Return None: AWS's image has what every model needs."""

    def image_warning(self, fit_args: object) -> None:
        """Return None, likewise."""

    def latency_problem(self, fit_args: object) -> str | None:  # noqa: ARG002 - with none of them
        """Say that there is one model."""
        return (
            f"serving.optimize_for: got '{LATENCY}', which is for tabular predictors; leave it out"
        )

    def checkpoint_problem(self, fit_args: object) -> str | None:  # noqa: ARG002 - with none
        """Say that an interrupted job would begin anew.

        The image writes checkpoints by XGBoost's own callback, as `xgboost-checkpoint_0.json`, and
        looks for `xgboost-checkpoint.0`. (Source: `callback.py` and `checkpointing.py` of
        aws/sagemaker-xgboost-container, branch 1.7-1; `TrainingCheckPoint` of XGBoost.)
        """
        return (
            f"{_GIVEN}: its image looks for checkpoints by other names than it writes, so that an "
            "interrupted job begins anew; leave it out"
        )

    def distribution_problem(self, fit_args: object) -> str:  # noqa: ARG002 - with any of them
        """Say that one instance trains."""
        return f"{_GIVEN} on one instance; leave it out"

    def settings_problems(self, batch_engine: str, serving: Collection[str]) -> Sequence[str]:
        """Return a sentence for each setting that the algorithm's own server cannot honour."""
        found = [
            f"serving.{name}: given with type 'xgboost', which the algorithm's own server does "
            f"not take; allowed: {', '.join(_HONOURED)}"
            for name in sorted(set(serving) - set(_HONOURED))
        ]
        if batch_engine == "bulk":
            found.append(
                "batch.engine: got 'bulk', which runs AutoGluon's container code; allowed: 'auto' "
                "or 'transform'"
            )
        return found

    def combination_problems(self, init_args: object, fit_args: object) -> Sequence[str]:
        """Return a sentence for each hyperparameter that does not go with the problem type."""
        facts = init_args if isinstance(init_args, Mapping) else {}
        given = fit_args if isinstance(fit_args, Mapping) else {}
        if check_init_args(facts, label_required=False) or check_fit_args(given):
            return ()
        return list(check_together(facts, given))

    def measured_metrics(
        self,
        problem_type: str | None,
        eval_metric: str | None,  # noqa: ARG002 - fit_args may name more
    ) -> Sequence[str]:
        """Return what a run can be told to measure."""
        names = METRICS.get(str(problem_type), ())
        return [f"{data}:{name}" for data in (VALIDATION, TRAIN) for name in names]

    def canonical_metric(self, name: str) -> str:
        """Return the name with the data that it is measured on; the validation data's if none."""
        return canonical(name)

    def best_value(self, metric: str) -> float:
        """Return 0 for an error, 1 for a score."""
        return best_value(metric)


PREDICTOR_TYPE: PredictorType = _XGBoost()
