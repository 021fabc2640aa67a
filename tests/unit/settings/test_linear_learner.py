"""Predictors of the built-in Linear Learner in the settings: what they mean, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from autogluon_constructs.settings import SettingsError, parse_environment

PREDICTOR: dict[str, Any] = {
    "type": "linear_learner",
    "init_args": {"label": "y", "problem_type": "binary"},
    "fit_args": {"epochs": 20},
}
MULTICLASS = {"label": "y", "problem_type": "multiclass"}


def _parse(**changes: Any) -> Any:
    document = {"predictors": {"income": {**PREDICTOR, **changes}}}
    return parse_environment("dev", document, file="config/dev.yaml").predictors["income"]


def _problems(**changes: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        _parse(**changes)
    return str(caught.value)


def _tuning(path: str, **values: Any) -> dict[str, Any]:
    found = {"type": "continuous", "min": 0.1, "max": 0.9, **values}
    return {"max_jobs": 4, "ranges": {path: found}}


def test_the_image_of_the_algorithm_is_the_first_version() -> None:
    found = _parse()
    assert (found.algorithm, found.runs_autogluon) == ("1", False)
    assert _parse(algorithm_version="1").algorithm == "1"


def test_hyperparameters_of_each_problem_type_are_accepted() -> None:
    shared = {
        "wd": "auto",
        "l1": 0,
        "learning_rate": 0.1,
        "normalize_data": True,
        "optimizer": "sgd",
    }
    binary = {
        "binary_classifier_model_selection_criteria": "precision_at_target_recall",
        "target_recall": 0.9, "positive_example_weight_mult": "balanced", "loss": "hinge_loss",
    }  # fmt: skip
    gate = {"metric": "validation:roc_auc_score", "minimum": 0.8}
    assert _parse(fit_args={**shared, **binary}, quality_gate=gate).fit_args["l1"] == 0
    several = {"num_classes": 4, "accuracy_top_k": 2, "balance_multiclass_weights": True}
    assert _parse(init_args=MULTICLASS, fit_args={**shared, **several})
    number = {"loss": "quantile_loss", "quantile": 0.9, "unbias_label": "auto"}
    assert _parse(init_args={"label": "y", "problem_type": "regression"}, fit_args=number)


def test_what_sagemaker_tunes_can_be_tuned() -> None:
    assert _parse(tuning=_tuning("fit_args.wd"))
    tuning = _tuning("fit_args.mini_batch_size", type="integer", min=100, max=500)
    assert _parse(tuning=tuning).tuning.strategy == "Bayesian"
    flags = {"fit_args.use_bias": {"type": "categorical", "values": [True, False]}}
    choice = {"max_jobs": 2, "strategy": "Grid", "ranges": flags}
    assert _parse(tuning=choice).tuning.strategy == "Grid"


def test_an_interrupted_job_goes_on_from_its_checkpoint() -> None:
    assert _parse(training={"spot": {"max_wait_seconds": 90000}}).training.keeps_checkpoints


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"algorithm_version": "1.7-1"}, "algorithm_version: got '1.7-1'; allowed: 1, in quotes"),
        ({"algorithm_version": 1}, "put it in quotes: '1'"),
        (
            {"init_args": {**PREDICTOR["init_args"], "eval_metric": "mse"}},
            "got 'mse' with problem_type 'binary'; allowed: binary_classification_accuracy",
        ),
        ({"fit_args": {"epochs": 0}}, "fit_args.epochs: got 0"),
        ({"fit_args": {"epoch": 9}}, 'unknown hyperparameter (did you mean "epochs"?)'),
        ({"fit_args": {"wd": -1}}, "allowed: one of 'auto' or a number >= 0"),
        ({"fit_args": {"feature_dim": 3}}, "the planner counts the features"),
        ({"fit_args": {"predictor_type": "regressor"}}, "follows from init_args.problem_type"),
        ({"fit_args": {"quantile": 0.5}}, "quantile: given with problem_type 'binary'; it is for"),
        ({"fit_args": {"loss": "squared_loss"}}, "allowed: auto, logistic, hinge_loss"),
        ({"init_args": MULTICLASS}, "num_classes: missing; give the number of classes"),
        ({"init_args": MULTICLASS, "fit_args": {"num_classes": 2}}, "num_classes: got 2"),
        ({"serving": {"request_timeout_seconds": 30}}, "the algorithm's own server does not take"),
        ({"batch": {"engine": "bulk"}}, "batch.engine: got 'bulk'"),
        ({"training": {"instance_count": 2}}, "on one instance; leave it out"),
        ({"training": {"instance_type": "ml.g5.xlarge"}}, "with type 'linear_learner'"),
        ({"data": {"keep_na": ["y"]}}, "data: given with type 'linear_learner'"),
        ({"tuning": _tuning("fit_args.epochs")}, "SageMaker does not tune it; allowed: l1"),
        (
            {"tuning": _tuning("fit_args.wd"), "fit_args": {"num_models": 8}},
            "fit_args.num_models: given with a search, whose jobs ignore it; leave it out",
        ),
        ({"tuning": _tuning("fit_args.mini_batch_size")}, "got 'continuous'; allowed: 'integer'"),
        (
            {"quality_gate": {"metric": "train:objective_loss", "minimum": -1}},
            "quality_gate.metric: got 'train:objective_loss', which a run with",
        ),
    ],
)
def test_what_cannot_work_is_refused_by_name(changes: dict[str, Any], sentence: str) -> None:
    assert sentence in _problems(**changes)


def test_a_metric_that_no_run_measures_is_told_of_once_and_without_another_argument() -> None:
    found = _problems(quality_gate={"metric": "train:recall", "minimum": 0.5})
    assert found.count("does not measure") == 1
    assert "allowed: validation:binary_classification_accuracy, " in found
    assert "init_args.eval_metric" not in found
