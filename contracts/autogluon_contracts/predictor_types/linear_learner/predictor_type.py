"""Register predictors of SageMaker's built-in Linear Learner.

Source of what is not named elsewhere: SageMaker's developer guide, "Linear Learner Algorithm",
"Linear learner response formats" and "Tune a linear learner model".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from autogluon_contracts.predictor_types.built_in import (
    TEST,
    TRAIN,
    VALIDATION,
    BuiltInAlgorithm,
)
from autogluon_contracts.predictor_types.linear_learner.hyperparameters import (
    PREDICTOR_TYPES,
    RULES,
    problems_of_type,
    written,
)
from autogluon_contracts.predictor_types.linear_learner.metrics import METRICS, best_value
from autogluon_contracts.predictor_types.tunable import search_problems
from autogluon_contracts.rules import Rule, check_fields, one_of, shown, text
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed

_FACTS: Mapping[str, Rule] = {
    "label": text(),
    "problem_type": one_of(*METRICS),
    "eval_metric": text(),
}
_REQUIRED = ("label", "problem_type")
TUNABLE: Mapping[str, str] = {
    "l1": "continuous",
    "learning_rate": "continuous",
    "mini_batch_size": "integer",
    "positive_example_weight_mult": "continuous",
    "use_bias": "categorical",
    "wd": "continuous",
}
"""The hyperparameters that SageMaker's tuning jobs take, and the type of their ranges."""
_CLASSIFIED = ("predicted_label", "score")


class _LinearLearner(BuiltInAlgorithm):
    """The algorithm in AWS's image, without any code of this project."""

    name = "linear_learner"
    channels = {"train_data": TRAIN, "tuning_data": VALIDATION, "test_data": TEST}
    # Without it the algorithm logs none of the metrics that SageMaker has names for.
    required_data = ("tuning_data",)
    takes_missing = False  # no document says what an empty cell means
    # It answers JSON, JSON Lines or recordIO; one line for each row is what batches need.
    answer_format = "jsonl"
    # A search turns the algorithm's own off: it trains one model ("Tune a linear learner model").
    ignored_by_trials = ("num_models",)

    def init_args_problems(self, args: object, *, label_required: bool = True) -> Sequence[str]:
        """Return a sentence for each thing wrong with the facts about the problem."""
        found = check_fields("init_args", args, _FACTS)
        if not isinstance(args, dict):
            return found
        required = _REQUIRED if label_required else _REQUIRED[1:]
        found += [f"init_args.{name}: missing" for name in required if name not in args]
        if not found and "eval_metric" in args:
            name, allowed = args["eval_metric"], METRICS[args["problem_type"]]
            if name not in allowed:
                found.append(
                    f"init_args.eval_metric: got {name!r} with problem_type "
                    f"'{args['problem_type']}'; allowed: {listed(allowed, limit=20)}"
                    f"{did_you_mean(name, allowed)}"
                )
        return found

    def fit_args_problems(self, args: object) -> Sequence[str]:
        """Return a sentence for each hyperparameter that the algorithm would refuse by itself."""
        if not isinstance(args, dict):
            return [f"fit_args: got {shown(args)}; allowed: an object"]
        return check_fields("fit_args", args, RULES, noun="hyperparameter")

    def problems_together(
        self, init_args: Mapping[str, object], fit_args: Mapping[str, object]
    ) -> Sequence[str]:
        """Return a sentence for each hyperparameter that is not for the problem type."""
        return problems_of_type(str(init_args["problem_type"]), fit_args)

    def checkpoint_problem(self, fit_args: object) -> str | None:  # noqa: ARG002 - with all
        """Return None: the algorithm takes checkpoints, and goes on from them."""
        return None

    def metrics(self, problem_type: str) -> Sequence[str]:
        """Return the metrics of a problem type, without the data."""
        return METRICS.get(problem_type, ())

    def measured_metrics(
        self,
        problem_type: str | None,
        eval_metric: str | None,  # noqa: ARG002 - it measures all
    ) -> Sequence[str]:
        """Return what a run measures, of the test data where there are any."""
        names = METRICS.get(str(problem_type), ())
        return [f"{data}:{name}" for data in (VALIDATION, TEST) for name in names]

    def measured(
        self,
        init_args: Mapping[str, object],
        fit_args: Mapping[str, object],  # noqa: ARG002 - it measures all
    ) -> Sequence[str]:
        """Return the metrics that a run's log has, by their full names."""
        return self.measured_metrics(str(init_args["problem_type"]), None)

    def best_value(self, metric: str) -> float:
        """Return 0 for an error, 1 for a score."""
        return best_value(metric)

    def eval_metric(self, init_args: Mapping[str, object]) -> str:
        """Return the metric that a predictor is compared by, the usual one unless it is given."""
        given = init_args.get("eval_metric")
        return str(given) if given is not None else METRICS[str(init_args["problem_type"])][0]

    def classes(
        self, init_args: Mapping[str, object], fit_args: Mapping[str, object]
    ) -> int | None:
        """Return how many classes the label has; None: it is any number."""
        if init_args["problem_type"] == "regression":
            return None
        count = fit_args.get("num_classes", 2)
        return count if isinstance(count, int) else 2

    def answer_columns(
        self,
        init_args: Mapping[str, object],
        fit_args: Mapping[str, object],  # noqa: ARG002 - whatever they are
    ) -> Sequence[str]:
        """Return the keys of an answer: of several classes, `score` is a list with one for each.

        It is a probability unless the loss is `hinge_loss`.
        """
        return ("score",) if init_args["problem_type"] == "regression" else _CLASSIFIED

    def hyperparameters(
        self,
        init_args: Mapping[str, object],
        fit_args: Mapping[str, object],
        *,
        feature_count: int,
    ) -> dict[str, str]:
        """Return the job's hyperparameters, with those that follow from what is learnt.

        Example:
            >>> facts = {"label": "y", "problem_type": "binary"}
            >>> PREDICTOR_TYPE.hyperparameters(facts, {"use_bias": True}, feature_count=4)
            {'use_bias': 'true', 'predictor_type': 'binary_classifier', 'feature_dim': '4'}
        """
        return {
            **{name: written(value) for name, value in fit_args.items()},
            "predictor_type": PREDICTOR_TYPES[str(init_args["problem_type"])],
            "feature_dim": str(feature_count),
        }

    def tuned_name(self, path: str) -> str:
        """Return the algorithm's name of a hyperparameter that a range names by its path."""
        return path.removeprefix("fit_args.")

    def tuning_problems(
        self, types: Mapping[str, str], strategy: str, *, has_objective: bool
    ) -> Iterator[str]:
        """Yield a sentence for each thing of a search that the algorithm's trials cannot have."""
        return search_problems(
            self.name, TUNABLE, self.tuned_name, types, strategy, has_objective=has_objective
        )


PREDICTOR_TYPE = _LinearLearner()
