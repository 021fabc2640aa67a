"""The arguments of predictors that the built-in XGBoost trains.

`init_args` say what is learnt, for requests, answers and metrics; `fit_args` are hyperparameters.
Some of these follow from what is learnt, and the planner adds them.
"""

from __future__ import annotations

from collections.abc import Mapping

from autogluon_contracts.predictor_types.built_in import TRAIN, VALIDATION
from autogluon_contracts.predictor_types.xgboost.hyperparameters import (
    ALIASES,
    OBJECTIVES,
    RULES,
    method_problems,
    named_twice,
    written,
)
from autogluon_contracts.predictor_types.xgboost.metrics import METRICS, usual_metric
from autogluon_contracts.rules import Rule, check_fields, one_of, shown, text
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed

_FACTS: Mapping[str, Rule] = {
    "label": text(),
    "problem_type": one_of(*METRICS),
    "eval_metric": text(),
}
_REQUIRED = ("label", "problem_type")
_MULTICLASS = "multiclass"
# Of the class 1; other objectives answer the label itself. (XGBoost's documents, `objective`.)
_ANSWERS = {"binary:logistic": "probability", "binary:logitraw": "log_odds"}


def check_init_args(args: object, *, label_required: bool = True) -> list[str]:
    """Return a sentence for each thing wrong with the facts about the problem."""
    found = check_fields("init_args", args, _FACTS)
    if not isinstance(args, dict):
        return found
    required = _REQUIRED if label_required else _REQUIRED[1:]
    found += [f"init_args.{name}: missing" for name in required if name not in args]
    if not found and "eval_metric" in args:
        found += _metric_problems("init_args.eval_metric", args["problem_type"], args)
    return found


def check_fit_args(args: object) -> list[str]:
    """Return a sentence for each hyperparameter that the algorithm would refuse by itself."""
    if not isinstance(args, dict):
        return [f"fit_args: got {shown(args)}; allowed: an object"]
    found = check_fields("fit_args", args, RULES, noun="hyperparameter")
    if "num_round" not in args:
        found.append("fit_args.num_round: missing; give the number of boosting rounds, such as 100")
    return [*found, *named_twice(args), *method_problems(args)]


def check_together(init_args: Mapping[str, object], fit_args: Mapping[str, object]) -> list[str]:
    """Return a sentence for each hyperparameter that does not fit what is learnt.

    Both are valid by themselves.
    """
    problem_type = str(init_args["problem_type"])
    found: list[str] = []
    objective, allowed = fit_args.get("objective"), OBJECTIVES[problem_type]
    if objective is not None and objective not in allowed:
        found.append(
            f"fit_args.objective: got {objective!r} with problem_type '{problem_type}'; allowed: "
            f"{listed(allowed)}"
        )
    if problem_type == _MULTICLASS and "num_class" not in fit_args:
        found.append(
            "fit_args.num_class: missing; give the number of classes, whose labels are 0, 1, ..."
        )
    if problem_type != _MULTICLASS and "num_class" in fit_args:
        found.append(
            f"fit_args.num_class: given with problem_type '{problem_type}'; leave it out, or set "
            f"problem_type: {_MULTICLASS}"
        )
    for name in _metrics(fit_args):
        found += _metric_problems("fit_args.eval_metric", problem_type, {"eval_metric": name})
    return found


def _metric_problems(path: str, problem_type: object, args: Mapping[str, object]) -> list[str]:
    name, allowed = args["eval_metric"], METRICS[str(problem_type)]
    if name in allowed:
        return []
    return [
        f"{path}: got {name!r} with problem_type '{problem_type}'; allowed: "
        f"{listed(allowed, limit=20)}{did_you_mean(name, allowed)}"
    ]


def _metrics(fit_args: Mapping[str, object]) -> list[str]:
    given = fit_args.get("eval_metric")
    if given is None:
        return []
    return [given] if isinstance(given, str) else [str(name) for name in _items(given)]


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def eval_metric(init_args: Mapping[str, object]) -> str:
    """Return the metric that a predictor is compared by, the usual one unless it is given."""
    given = init_args.get("eval_metric")
    return str(given) if given is not None else usual_metric(str(init_args["problem_type"]))


def answer_column(init_args: Mapping[str, object], fit_args: Mapping[str, object]) -> str:
    """Return the name of the number that a model answers: the label's, or what it is instead.

    Example:
        >>> answer_column({"label": "y", "problem_type": "binary"}, {"num_round": 9})
        'probability'
    """
    usual = OBJECTIVES[str(init_args["problem_type"])][0]
    return _ANSWERS.get(str(fit_args.get("objective", usual)), str(init_args["label"]))


def classes(init_args: Mapping[str, object], fit_args: Mapping[str, object]) -> int | None:
    """Return how many classes the label has, which are 0, 1, ...; None: it is any number."""
    if init_args["problem_type"] == "regression":
        return None
    count = fit_args.get("num_class", 2)
    return count if isinstance(count, int) else 2


def measured(init_args: Mapping[str, object], fit_args: Mapping[str, object]) -> list[str]:
    """Return the metrics that a run's log has, by their full names, the predictor's own first.

    Those of the validation data are measured where a run has tuning data.
    """
    own = eval_metric(init_args)
    names = dict.fromkeys([own, *_metrics(fit_args)])
    return [f"{data}:{name}" for data in (VALIDATION, TRAIN) for name in names]


def hyperparameters(
    init_args: Mapping[str, object], fit_args: Mapping[str, object]
) -> dict[str, str]:
    """Return the job's hyperparameters, with those that follow from what is learnt.

    Early stopping looks at the last metric, so that of the predictor is the last.

    Example:
        >>> facts = {"label": "y", "problem_type": "binary"}
        >>> hyperparameters(facts, {"num_round": 9, "learning_rate": 0.5})
        {'num_round': '9', 'eta': '0.5', 'objective': 'binary:logistic', 'eval_metric': 'logloss'}
    """
    given = {ALIASES.get(name, name): value for name, value in fit_args.items()}
    own = eval_metric(init_args)
    values = {
        **given,
        "objective": given.get("objective", OBJECTIVES[str(init_args["problem_type"])][0]),
        "eval_metric": [*(name for name in _metrics(fit_args) if name != own), own],
    }
    return {name: written(name, value) for name, value in values.items()}
