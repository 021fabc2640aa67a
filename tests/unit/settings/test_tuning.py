"""What `tuning` of a predictor's settings means, and which sentence refuses the rest."""

from typing import Any

import pytest

from autogluon_constructs.settings import SettingsError, parse_environment

RATE = "fit_args.hyperparameters.GBM.learning_rate"
LEAVES = "fit_args.hyperparameters.GBM.num_leaves"
NUMBERS = {"type": "continuous", "min": 0.01, "max": 0.3}
CHOICE = {"type": "categorical", "values": ["gbdt", "dart"]}


def _parse(tuning: dict[str, Any]) -> Any:
    predictor = {
        "init_args": {"label": "class"},
        "fit_args": {"hyperparameters": {"GBM": {}}},
        "tuning": tuning,
    }
    document = {"predictors": {"income": predictor}}
    return parse_environment("dev", document, file="dev.yaml").predictors["income"].tuning


def test_ranges_keep_the_types_of_the_yaml() -> None:
    leaves = {"type": "integer", "min": 8, "max": 64}

    spec = _parse({"ranges": {RATE: NUMBERS, LEAVES: leaves}, "max_jobs": 4}).spec()

    assert spec.ranges[LEAVES].corners() == (8, 64)
    assert isinstance(spec.ranges[LEAVES].min, int)
    assert spec.objective_type == "Maximize"


def test_a_type_without_a_validation_score_needs_an_objective() -> None:
    predictor = {
        "type": "timeseries",
        "init_args": {"target": "y"},
        "fit_args": {"hyperparameters": {"ETS": {}}},
        "tuning": {"ranges": {"fit_args.hyperparameters.ETS.n": NUMBERS}, "max_jobs": 2},
    }
    with pytest.raises(SettingsError, match=r"tuning\.objective: missing; jobs of this type"):
        parse_environment("dev", {"predictors": {"series": predictor}}, file="dev.yaml")


@pytest.mark.parametrize(
    ("tuning", "sentence"),
    [
        ({"ranges": {}, "max_jobs": 2}, "tuning.ranges: empty; give at least one"),
        ({"ranges": {RATE: NUMBERS}}, "tuning.max_jobs: missing; strategy Bayesian needs"),
        (
            {"ranges": {RATE: {**NUMBERS, "max": 0.01}}, "max_jobs": 2},
            f"tuning.ranges.{RATE}: got min 0.01 and max 0.01; allowed: min < max, both given",
        ),
        (
            {"ranges": {RATE: {"type": "integer", "min": 1.5, "max": 3}}, "max_jobs": 2},
            "allowed: whole numbers",
        ),
        (
            {"ranges": {RATE: {**NUMBERS, "min": 0, "scaling": "Logarithmic"}}, "max_jobs": 2},
            "Logarithmic scaling with min 0; allowed: a min above 0",
        ),
        (
            {"ranges": {RATE: {**CHOICE, "values": [1]}}, "max_jobs": 2},
            "allowed: two or more different values",
        ),
        (
            {"ranges": {"init_args.label": CHOICE}, "max_jobs": 2},
            "tuning.ranges.init_args.label: allowed: the path of an argument of fit",
        ),
        (
            {"ranges": {"fit_args.hyperparameters.CAT.depth": NUMBERS}, "max_jobs": 2},
            "fit_args.hyperparameters.CAT must be an object in the settings; write",
        ),
        (
            {"ranges": {"fit_args.num_bag_folds": {"type": "integer", "min": 1, "max": 5}},
             "max_jobs": 2},
            "tuning.ranges.fit_args.num_bag_folds: fit_args.num_bag_folds: got 1 (int); allowed: 0",
        ),
        (
            {"ranges": {RATE: {"type": "categorical", "values": list(range(31))}}, "max_jobs": 2},
            f"tuning.ranges.{RATE}.values: 31 values; allowed: at most 30",
        ),
        (
            {"ranges": {f"{RATE}_{number}": NUMBERS for number in range(31)}, "max_jobs": 2},
            "tuning.ranges: 31 arguments; allowed: at most 30",
        ),
        (
            {"ranges": {RATE: NUMBERS}, "max_jobs": 751},
            "max_jobs: 751 trials with strategy Bayesian; allowed: at most 750",
        ),
        (
            {
                "ranges": {
                    f"fit_args.{name}": {"type": "categorical", "values": list(range(30))}
                    for name in ("num_bag_folds", "time_limit")
                },
                "strategy": "Grid",
            },
            "max_jobs: 900 trials with strategy Grid; allowed: at most 750",
        ),
        ({"ranges": {RATE: NUMBERS}, "strategy": "Grid"}, "strategy Grid takes type categorical"),
        (
            {"ranges": {RATE: CHOICE}, "strategy": "Grid", "max_jobs": 3},
            "max_jobs: got 3 with strategy Grid, which tries each of the 2 combinations",
        ),
        (
            {"ranges": {RATE: CHOICE}, "strategy": "Grid", "max_parallel_jobs": 3},
            "max_parallel_jobs: got 3; allowed: at most max_jobs, 2",
        ),
        (
            {"ranges": {RATE: NUMBERS}, "strategy": "Hyperband", "max_jobs": 3},
            "a trial reports its objective once",
        ),
        (
            {"ranges": {RATE: NUMBERS}, "max_jobs": 3, "early_stopping": True},
            "tuning.early_stopping: a trial reports its objective once",
        ),
        (
            {"ranges": {RATE: NUMBERS}, "max_jobs": 3, "metric": "f1"},
            "tuning.metric: trials are compared in init_args.eval_metric",
        ),
        (
            {"ranges": {RATE: NUMBERS}, "max_jobs": 3,
             "objective": {"regex": "seconds=", "type": "Minimize"}},
            "0 groups; allowed: one, which is the number",
        ),
        (
            {"ranges": {RATE: NUMBERS}, "max_jobs": 3,
             "objective": {"regex": f"{'x' * 500}(.)", "type": "Minimize"}},
            "503 characters; allowed: at most 500, on one line",
        ),
        (
            {"ranges": {RATE: {**NUMBERS, "max": "much"}}, "max_jobs": 2},
            f"tuning.ranges.{RATE}.max: got 'much'; allowed: a number",
        ),
        (
            {"ranges": {RATE: {**NUMBERS, "min": True}}, "max_jobs": 2},
            f"tuning.ranges.{RATE}.min: got True; allowed: a number",
        ),
        (
            {"ranges": {RATE: {**NUMBERS, "max": float("inf")}}, "max_jobs": 2},
            f"tuning.ranges.{RATE}.max: got inf; allowed: a finite number",
        ),
        (
            {"ranges": {RATE: {**CHOICE, "values": ["gbdt", "x" * 255]}}, "max_jobs": 2},
            f"tuning.ranges.{RATE}.values: got \"{'x' * 39}... with 257 characters as JSON;",
        ),
        (
            {"ranges": {f"{RATE}{'e' * 250}": NUMBERS}, "max_jobs": 2},
            "characters; allowed: at most 256",
        ),
        (
            {"ranges": {"fit_args.hyperparameters.GBM": {**CHOICE, "values": [{}, {"a": 1}]},
                        RATE: NUMBERS}, "max_jobs": 2},
            f"ranges.{RATE}: fit_args.hyperparameters.GBM has a range too, which replaces all",
        ),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_in_one_sentence(tuning: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        _parse(tuning)

    [problem] = caught.value.problems
    assert sentence in problem
