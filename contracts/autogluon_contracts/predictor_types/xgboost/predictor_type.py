"""Register predictors of SageMaker's built-in XGBoost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from autogluon_contracts.predictor_types.built_in import TRAIN, VALIDATION, BuiltInAlgorithm
from autogluon_contracts.predictor_types.tunable import search_problems
from autogluon_contracts.predictor_types.xgboost import arguments
from autogluon_contracts.predictor_types.xgboost.metrics import METRICS, best_value
from autogluon_contracts.predictor_types.xgboost.tunable import TUNABLE, tuned_name

# The largest MaxPayloadInMB of CreateTransformJob.
_LARGEST_PAYLOAD_BYTES = 100 * 1024 * 1024


class _XGBoost(BuiltInAlgorithm):
    """The algorithm in AWS's image, without any code of this project."""

    name = "xgboost"
    channels = {"train_data": TRAIN, "tuning_data": VALIDATION}
    takes_missing = True
    # The server guesses the separator: that of a lone number may be its point (`encoder.py`).
    fewest_features = 2
    answer_format = "csv"
    honoured_serving = ("request_timeout_seconds",)
    # The largest request: 6 MB unless it is set, which a file of a batch may exceed. (Source:
    # `algorithm_mode/serve.py` of aws/sagemaker-xgboost-container.)
    server_variables = {"MAX_CONTENT_LENGTH": str(_LARGEST_PAYLOAD_BYTES)}

    def init_args_problems(self, args: object, *, label_required: bool = True) -> Sequence[str]:
        """Return a sentence for each thing wrong with the facts about the problem."""
        return arguments.check_init_args(args, label_required=label_required)

    def fit_args_problems(self, args: object) -> Sequence[str]:
        """Return a sentence for each thing wrong with the hyperparameters."""
        return arguments.check_fit_args(args)

    def problems_together(
        self, init_args: Mapping[str, object], fit_args: Mapping[str, object]
    ) -> Sequence[str]:
        """Return a sentence for each hyperparameter that does not fit what is learnt."""
        return arguments.check_together(init_args, fit_args)

    def checkpoint_problem(self, fit_args: object) -> str | None:  # noqa: ARG002 - with none
        """Say that an interrupted job would begin anew.

        The image writes checkpoints by XGBoost's own callback, as `xgboost-checkpoint_0.json`, and
        looks for `xgboost-checkpoint.0`. (Source: `callback.py` and `checkpointing.py` of
        aws/sagemaker-xgboost-container, branch 1.7-1; `TrainingCheckPoint` of XGBoost.)
        """
        return (
            f"{self._given}: its image looks for checkpoints by other names than it writes, so "
            "that an interrupted job begins anew; leave it out"
        )

    def metrics(self, problem_type: str) -> Sequence[str]:
        """Return the metrics of a problem type, without the data."""
        return METRICS.get(problem_type, ())

    def measured_metrics(
        self,
        problem_type: str | None,
        eval_metric: str | None,  # noqa: ARG002 - fit_args may name more
    ) -> Sequence[str]:
        """Return what a run can be told to measure."""
        names = METRICS.get(str(problem_type), ())
        return [f"{data}:{name}" for data in (VALIDATION, TRAIN) for name in names]

    def measured(
        self, init_args: Mapping[str, object], fit_args: Mapping[str, object]
    ) -> Sequence[str]:
        """Return the metrics that a run's log has; of the validation data where there are any."""
        return arguments.measured(init_args, fit_args)

    def best_value(self, metric: str) -> float:
        """Return 0 for an error, 1 for a score."""
        return best_value(metric)

    def eval_metric(self, init_args: Mapping[str, object]) -> str:
        """Return the metric that a predictor is compared by, the usual one unless it is given."""
        return arguments.eval_metric(init_args)

    def classes(
        self, init_args: Mapping[str, object], fit_args: Mapping[str, object]
    ) -> int | None:
        """Return how many classes the label has; None: it is any number."""
        return arguments.classes(init_args, fit_args)

    def answer_columns(
        self, init_args: Mapping[str, object], fit_args: Mapping[str, object]
    ) -> Sequence[str]:
        """Return the name of the number that a model answers."""
        return (arguments.answer_column(init_args, fit_args),)

    def hyperparameters(
        self,
        init_args: Mapping[str, object],
        fit_args: Mapping[str, object],
        *,
        feature_count: int,  # noqa: ARG002 - the algorithm counts them
    ) -> dict[str, str]:
        """Return the job's hyperparameters, with those that follow from what is learnt."""
        return arguments.hyperparameters(init_args, fit_args)

    def tuned_name(self, path: str) -> str:
        """Return the algorithm's name of a hyperparameter that a range names by its path."""
        return tuned_name(path)

    def tuning_problems(
        self, types: Mapping[str, str], strategy: str, *, has_objective: bool
    ) -> Iterator[str]:
        """Yield a sentence for each thing of a search that the algorithm's trials cannot have."""
        return search_problems(
            self.name, TUNABLE, tuned_name, types, strategy, has_objective=has_objective
        )


PREDICTOR_TYPE = _XGBoost()
