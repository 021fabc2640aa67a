"""Predictors of the built-in XGBoost in the settings: what they mean, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from autogluon_constructs.settings import SettingsError, parse_environment

PREDICTOR: dict[str, Any] = {
    "type": "xgboost",
    "init_args": {"label": "y", "problem_type": "binary"},
    "fit_args": {"num_round": 10},
}


def _parse(**changes: Any) -> Any:
    document = {"predictors": {"income": {**PREDICTOR, **changes}}}
    return parse_environment("dev", document, file="config/dev.yaml").predictors["income"]


def _tuning(*paths: str, **values: Any) -> dict[str, Any]:
    found = {"type": "continuous", "min": 0.1, "max": 0.9, **values}
    return {"max_jobs": 4, "ranges": dict.fromkeys(paths, found)}


def test_what_sagemaker_tunes_can_be_tuned() -> None:
    depth = {"type": "integer", "min": 2, "max": 9}
    tuning = _tuning("fit_args.learning_rate", "fit_args.subsample")
    tuning["ranges"]["fit_args.max_depth"] = depth
    assert _parse(tuning=tuning).tuning.strategy == "Bayesian"


def _problems(**changes: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        _parse(**changes)
    return str(caught.value)


def test_the_latest_version_is_the_usual_one() -> None:
    found = _parse()
    assert (found.algorithm, found.runs_autogluon) == ("1.7-1", False)
    assert _parse(algorithm_version="1.7-1").algorithm == "1.7-1"


def test_everything_that_the_algorithm_takes_is_accepted() -> None:
    given = {
        "num_round": 10, "max_depth": 3, "eta": 0.1, "subsample": 0.5, "tree_method": "hist",
        "monotone_constraints": [1, 0, -1], "eval_metric": ["auc", "accuracy"],
        "objective": "binary:logistic", "seed": 1, "early_stopping_rounds": 3,
    }  # fmt: skip
    gate = {"metric": "validation:auc", "minimum": 0.8}
    assert _parse(fit_args=given, quality_gate=gate).quality_gate.metric == "validation:auc"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"algorithm_version": "3.0-5"}, "algorithm_version: got '3.0-5'; allowed: 1.7-1"),
        ({"algorithm_version": 1.7}, "put it in quotes"),
        ({"init_args": {"label": "y"}}, "init_args.problem_type: missing"),
        ({"init_args": {**PREDICTOR["init_args"], "eval_metric": "rmse"}}, "allowed: logloss"),
        ({"fit_args": {}}, "fit_args.num_round: missing"),
        ({"fit_args": {"num_round": 0}}, "fit_args.num_round: got 0"),
        ({"fit_args": {"num_round": 9, "etta": 1}}, 'unknown hyperparameter (did you mean "eta"?)'),
        ({"fit_args": {"num_round": 9, "max_depth": 1.5}}, "fit_args.max_depth: got 1.5"),
        ({"fit_args": {"num_round": 9, "_kfold": 3}}, "_kfold: cannot be given"),
        ({"fit_args": {"num_round": 9, "num_class": 3}}, "num_class: given with problem_type"),
        (
            {"fit_args": {"num_round": 9, "monotone_constraints": [1]}},
            "got it with tree_method 'auto'; allowed: with 'exact' or 'hist'",
        ),
        ({"image_uri": "1.dkr.ecr.us-east-1.amazonaws.com/x:1"}, "image_uri: "),
        (
            {"image_uri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/x:1"},
            "image_uri: given with type 'xgboost', whose image is AWS's",
        ),
        ({"training": {"instance_type": "ml.g5.xlarge"}}, "a GPU type, with type 'xgboost'"),
        ({"training": {"instance_count": 2}}, "on one instance; leave it out"),
        ({"training": {"checkpoints": True}}, "by other names than it writes"),
        ({"training": {"spot": {"max_wait_seconds": 90000}}}, "an interrupted job begins anew"),
        ({"serving": {"workers": 2}}, "the algorithm's own server does not take"),
        ({"batch": {"engine": "bulk"}}, "batch.engine: got 'bulk'"),
        ({"data": {"keep_na": ["y"]}}, "data: given with type 'xgboost'"),
        ({"tuning": _tuning("fit_args.scale_pos_weight")}, "SageMaker does not tune it; allowed:"),
        ({"tuning": _tuning("fit_args.etta")}, '(did you mean "eta"?)'),
        ({"tuning": _tuning("fit_args.max_depth")}, "got 'continuous'; allowed: 'integer'"),
        ({"tuning": _tuning("fit_args.eta", max=2)}, "ranges.fit_args.eta: fit_args.eta: got 2"),
        (
            {"tuning": _tuning("fit_args.eta", "fit_args.learning_rate")},
            "eta is tuned twice, by both of its names",
        ),
        ({"tuning": _tuning("fit_args.eta") | {"strategy": "Grid"}}, "strategy: got 'Grid'"),
        (
            {
                "tuning": _tuning("fit_args.eta")
                | {"objective": {"regex": "a=(.)", "type": "Minimize"}}
            },
            "tuning.objective: given with type 'xgboost'",
        ),
        ({"quality_gate": {"metric": "auc", "minimum": 1}}, "reported as 'validation:auc'"),
        (
            {"quality_gate": {"metric": "validation:auc", "minimum": 0.5}},
            "which a run does not measure; measured: validation:logloss, train:logloss",
        ),
        (
            {"quality_gate": {"metric": "validation:logloss", "minimum": 0.5}},
            "can never be reached: validation:logloss is at most 0",
        ),
        ({"type": "linear-learner"}, "SageMaker's Linear Learner is type 'linear_learner'"),
        ({"type": "knn"}, "SageMaker's knn is not supported: it reads batches as JSON Lines"),
        ({"type": "kmeans"}, "it learns without a label"),
        (
            {"algorithm": "xgboost"},
            "algorithm: of SageMaker's built-in algorithms, XGBoost is type 'xgboost' and "
            "Linear Learner is type 'linear_learner'; others are not supported",
        ),
        (
            {"type": "tabular", "fit_args": {}, "algorithm_version": "1.7-1"},
            "algorithm_version: given with type 'tabular'",
        ),
    ],
)
def test_what_cannot_work_is_refused_by_name(changes: dict[str, Any], sentence: str) -> None:
    assert sentence in _problems(**changes)
