"""The table of predictor arguments."""

import pytest

from autogluon_contracts.predictor_types.tabular.arguments import check_fit_args, check_init_args


def test_arguments_of_the_contract_are_fine() -> None:
    assert check_init_args({"label": "class", "eval_metric": "roc_auc"}) == []
    assert check_fit_args({"time_limit": 60, "hyperparameters": {"GBM": {}, "XT": {}}}) == []


@pytest.mark.parametrize(
    "args",
    [
        {"time_limit": None, "presets": ["best_quality", "optimize_for_deployment"]},
        {"presets": "bq", "hyperparameters": "zeroshot", "num_gpus": 0, "num_cpus": "auto"},
        {"hyperparameters": {"GBM": [{"extra_trees": True}, {}], "RF": {"n_estimators": 10}}},
        {"num_bag_folds": 0, "num_stack_levels": 0, "dynamic_stacking": "auto"},
        {"ds_args": {"n_folds": 2, "holdout_frac": 0.1}, "holdout_frac": 0.2},
        {"hyperparameter_tune_kwargs": {"num_trials": 5, "scheduler": "local", "searcher": "auto"}},
        {"excluded_model_types": ["KNN"], "calibrate": False, "refit_full": "best"},
    ],
)
def test_what_autogluon_accepts_is_accepted(args: dict[str, object]) -> None:
    assert check_fit_args(args) == []


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (
            {"time_limit": "ten"},
            "fit_args.time_limit: got 'ten' (str); allowed: a number of seconds > 0",
        ),
        (
            {"time_limit": True},
            "fit_args.time_limit: got true (bool); allowed: a number of seconds > 0",
        ),
        ({"time_limit": 0}, "fit_args.time_limit: got 0 (int); allowed: a number of seconds > 0"),
        (
            {"time_limit": float("inf")},
            "fit_args.time_limit: got Infinity (float); allowed: a number of seconds > 0",
        ),
        (
            {"time_limt": 60},
            'fit_args.time_limt: unknown argument (did you mean "time_limit"?)',
        ),
        (
            {"presets": "best_qualty"},
            "fit_args.presets: unknown preset 'best_qualty' (did you mean \"best_quality\"?)",
        ),
        (
            {"presets": ["medium", "hgih"]},
            "fit_args.presets[1]: unknown preset 'hgih' (did you mean \"high\"?)",
        ),
        (
            {"hyperparameters": {"gbm": {}}},
            "fit_args.hyperparameters.gbm: unknown model type 'gbm' (did you mean \"GBM\"?)",
        ),
        (
            {"hyperparameters": {"GBM": 3}},
            "fit_args.hyperparameters.GBM: got 3 (int); allowed: an object or a list of: an object",
        ),
        (
            {"num_bag_folds": 1},
            "fit_args.num_bag_folds: got 1 (int); allowed: 0 (no bagging) or a whole number >= 2",
        ),
        (
            {"num_cpus": 1.5},
            "fit_args.num_cpus: got 1.5 (float); allowed: a whole number >= 1 or one of 'auto'",
        ),
        (
            {"ds_args": {"n_folds": 1}},
            "fit_args.ds_args.n_folds: got 1 (int); allowed: a whole number >= 2",
        ),
        (
            {"train_data": "s3://bucket/train.csv"},
            "fit_args.train_data: cannot be given; data is named in the execution's input: "
            "'train_data'",
        ),
        (
            {"holdout_frac": 1.0},
            "fit_args.holdout_frac: got 1.0 (float); allowed: a number between 0 and 1, both "
            "excluded",
        ),
        (
            {"callbacks": [["EarlyStoppingCallback"]]},
            "fit_args.callbacks: cannot be given; the training job has callbacks of its own",
        ),
    ],
)
def test_a_wrong_fit_argument_is_one_sentence(args: dict[str, object], sentence: str) -> None:
    assert check_fit_args(args) == [sentence]


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ({}, "init_args.label: missing; give the name of the column to predict"),
        (
            {"label": "y", "eval_metric": "rocauc"},
            "init_args.eval_metric: unknown metric 'rocauc' (did you mean \"roc_auc\"?)",
        ),
        (
            {"label": "y", "path": "models"},
            "init_args.path: cannot be given; the training job chooses it, so that the artifact "
            "lies where SageMaker looks",
        ),
        (
            {"label": "y", "verbosity": True},
            "init_args.verbosity: got true (bool); allowed: a whole number from 0 to 4",
        ),
        (
            {"label": "y", "problem_type": "ranking"},
            "init_args.problem_type: got 'ranking' (str); allowed: one of 'binary', 'multiclass', "
            "'regression', 'quantile'",
        ),
        (
            {"label": "y", "problem_type": "quantile"},
            "init_args.quantile_levels: missing; a problem_type 'quantile' needs the quantiles to "
            "predict, such as [0.1, 0.5, 0.9]",
        ),
        (
            {"label": "y", "quantile_levels": [0.1, 0.9]},
            "init_args.quantile_levels: got [0.1, 0.9] (list) with problem_type None; set "
            "problem_type 'quantile', or leave the levels out",
        ),
        (
            {"label": "y", "problem_type": "quantile", "quantile_levels": [0.1, 1]},
            "init_args.quantile_levels[1]: got 1 (int); allowed: a number between 0 and 1, both "
            "excluded",
        ),
        (
            {"label": "y", "problem_type": "quantile", "quantile_levels": [0.5, 0.5]},
            "init_args.quantile_levels: got [0.5, 0.5] (list); give each level once",
        ),
        (
            {
                "label": "y",
                "problem_type": "quantile",
                "quantile_levels": [0.5],
                "eval_metric": "r2",
            },
            "init_args.eval_metric: got 'r2', which does not exist for problem_type 'quantile'; "
            "allowed: pinball_loss, pinball",
        ),
    ],
)
def test_a_wrong_init_argument_is_one_sentence(args: dict[str, object], sentence: str) -> None:
    assert check_init_args(args) == [sentence]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("auc", "roc_auc"),
        ("AUC-ROC", "roc_auc"),
        ("auroc", "roc_auc"),
        ("logloss", "log_loss"),
        ("cross-entropy", "log_loss"),
        ("macro_f1", "f1_macro"),
        ("accurasy", "accuracy"),
        ("R-squared", "r2"),
        ("rsme", "rmse"),
        ("squared_error", "mean_squared_error"),
    ],
)
def test_a_metric_by_another_name_is_answered_with_autogluons(given: str, meant: str) -> None:
    assert check_init_args({"label": "y", "eval_metric": given}) == [
        f"init_args.eval_metric: unknown metric '{given}' (did you mean \"{meant}\"?)"
    ]


@pytest.mark.parametrize("given", ["gini", "lift", "xyz", "brier"])
def test_a_metric_that_is_like_no_other_lists_those_there_are(given: str) -> None:
    [problem] = check_init_args({"label": "y", "eval_metric": given})
    assert problem.startswith(f"init_args.eval_metric: unknown metric '{given}'; known: accuracy, ")


def test_a_metric_of_another_problem_type_lists_those_that_fit() -> None:
    problems = check_init_args({"label": "y", "problem_type": "regression", "eval_metric": "f1"})

    assert len(problems) == 1
    assert problems[0].startswith(
        "init_args.eval_metric: got 'f1', which does not exist for problem_type 'regression'; "
        "allowed: root_mean_squared_error, "
    )


def test_every_problem_is_reported_at_once() -> None:
    assert len(check_fit_args({"time_limit": "ten", "presest": "best", "num_cpus": 0})) == 3


def test_arguments_that_are_no_object_are_one_problem() -> None:
    assert check_fit_args([1]) == ["fit_args: got [1] (list); allowed: an object"]
    assert check_init_args(None) == ["init_args: got null; allowed: an object"]
