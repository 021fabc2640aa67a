"""The arguments of `TabularPredictor(...)` and `.fit(...)` that JSON can carry.

One table for the settings (at synth) and the planners (per execution). Source: signatures,
docstrings and validators of `autogluon.tabular.predictor.predictor` 1.6.3.
"""

from collections.abc import Mapping

from autogluon_contracts.code.own_objects import OwnObject, or_own_metric, own_object, own_objects
from autogluon_contracts.predictor_types.tabular.families import BY_ROWS
from autogluon_contracts.predictor_types.tabular.names import (
    ALL_METRICS,
    METRIC_SYNONYMS,
    METRICS,
    MODELS,
    PORTFOLIOS,
    PRESETS,
)
from autogluon_contracts.rules import (
    Rule,
    array,
    check_fields,
    either,
    flag,
    fraction,
    integer,
    mapping,
    name_from,
    nullable,
    number_above,
    number_from,
    one_of,
    refused,
    shown,
    text,
)

_THE_JOB_DECIDES = "the training job chooses it, so that the artifact lies where SageMaker looks"
_A_PYTHON_OBJECT = "it takes a Python class or object, which JSON cannot carry"
_PROBLEM_TYPES = tuple(METRICS)


def _data(key: str) -> Rule:
    return refused(f"data is named in the execution's input: '{key}'")


def _model_hyperparameters(path: str, value: object) -> list[str]:
    if not isinstance(value, dict):
        return []
    model = name_from(MODELS, "model type")
    settings = nullable(either(mapping(), array(mapping())))
    problems: list[str] = []
    for key, entry in value.items():
        problems += model.problems(f"{path}.{key}", key) or settings.problems(
            f"{path}.{key}", entry
        )
    if not value:
        problems.append(f"{path}: names no model; allowed: at least one of {', '.join(MODELS[:9])}")
    return problems


_HYPERPARAMETERS = either(
    name_from(PORTFOLIOS, "hyperparameter portfolio"),
    Rule(
        "an object of model type to hyperparameters",
        lambda value: isinstance(value, dict),
        _model_hyperparameters,
    ),
)
_TUNING = either(
    one_of("auto", "random"),
    mapping(
        {
            "num_trials": nullable(integer(1)),
            "scheduler": one_of("local"),
            "searcher": one_of("auto", "random", "local_random"),
            "scheduler_options": mapping(),
            "search_options": mapping(),
        }
    ),
)
_DYNAMIC_STACKING = mapping(
    {
        "validation_procedure": one_of("holdout", "cv"),
        "detection_time_frac": fraction(),
        "holdout_frac": fraction(),
        "n_folds": integer(2),
        "n_repeats": integer(1),
        "memory_safe_fits": either(flag(), one_of("auto")),
        "clean_up_fits": flag(),
        "enable_ray_logging": flag(),
        "enable_callbacks": flag(),
        "holdout_data": refused("the job cannot load further data; leave it out"),
    }
)
_VALIDATION_STRUCTURE = mapping(
    {
        "group_on": either(text(), array(text())),
        "time_on": text(),
        "group_time_on": text(),
        "stratify_on": text(),
        "size_validation_on_groups": flag(),
        "temporal_forward_only": flag(),
    }
)
_LEARNING_CURVES = either(
    flag(),
    mapping({"metrics": either(text(), array(text())), "use_error": flag()}),
)

INIT_ARGS: Mapping[str, Rule] = {
    "label": text(),
    "problem_type": nullable(one_of(*_PROBLEM_TYPES)),
    "eval_metric": nullable(
        or_own_metric(
            name_from(ALL_METRICS, "metric", METRIC_SYNONYMS), (*ALL_METRICS, *METRIC_SYNONYMS)
        )
    ),
    "verbosity": Rule(
        "a whole number from 0 to 4",
        lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 4,
    ),
    "sample_weight": nullable(text()),
    "weight_evaluation": refused("the training job's evaluation does not weight rows"),
    "groups": nullable(text()),
    "positive_class": nullable(either(text(), integer(-(2**63), "a whole number"))),
    "learner_kwargs": mapping(
        {
            "ignored_columns": nullable(array(text())),
            "label_count_threshold": integer(1),
            "cache_data": flag(),
            "trainer_type": refused(_A_PYTHON_OBJECT),
        }
    ),
    "path": refused(_THE_JOB_DECIDES),
    "default_base_path": refused(_THE_JOB_DECIDES),
    "log_to_file": refused("the job's log goes to CloudWatch Logs"),
    "log_file_path": refused("the job's log goes to CloudWatch Logs"),
    "learner_type": refused(_A_PYTHON_OBJECT),
    "quantile_levels": nullable(array(fraction())),
}

FIT_ARGS: Mapping[str, Rule] = {
    "time_limit": nullable(number_above(0, "a number of seconds")),
    "presets": nullable(either(name_from(PRESETS, "preset"), array(name_from(PRESETS, "preset")))),
    "hyperparameters": nullable(_HYPERPARAMETERS),
    "hyperparameter_tune_kwargs": nullable(_TUNING),
    "included_model_types": nullable(array(name_from(MODELS, "model type"))),
    "excluded_model_types": nullable(array(name_from(MODELS, "model type"))),
    "feature_metadata": refused("the training job infers it from all channels together"),
    "infer_limit": nullable(number_above(0, "a number of seconds per row")),
    "infer_limit_batch_size": nullable(integer(1, "a number of rows")),
    "fit_weighted_ensemble": flag(),
    "fit_full_last_level_weighted_ensemble": flag(),
    "full_weighted_ensemble_additionally": flag(),
    "dynamic_stacking": either(flag(), one_of("auto")),
    "ds_args": _DYNAMIC_STACKING,
    "calibrate_decision_threshold": either(flag(), one_of("auto")),
    "calibrate": either(flag(), one_of("auto")),
    "num_cpus": either(integer(1), one_of("auto")),
    "num_gpus": either(number_from(0), one_of("auto")),
    "fit_strategy": one_of("sequential", "parallel"),
    "memory_limit": either(number_above(0, "a number of GB"), one_of("auto")),
    "callbacks": refused("the training job has callbacks of its own"),
    "holdout_frac": nullable(fraction()),
    "num_bag_folds": nullable(
        Rule(
            "0 (no bagging) or a whole number >= 2",
            lambda value: (
                isinstance(value, int)
                and not isinstance(value, bool)
                and (value == 0 or value >= 2)
            ),
        )
    ),
    "num_bag_sets": nullable(integer(1)),
    "num_stack_levels": nullable(integer(0)),
    "validation_structure": nullable(_VALIDATION_STRUCTURE),
    "validation_size_curves": nullable(mapping()),
    "delay_bag_sets": flag(),
    "auto_stack": flag(),
    "use_bag_holdout": either(flag(), one_of("auto")),
    "adapt_num_bag_folds_to_n_classes": flag(),
    "feature_generator": nullable(either(one_of("auto"), own_object("a feature generator"))),
    "_feature_generator_kwargs": nullable(mapping()),
    "learning_curves": nullable(_LEARNING_CURVES),
    "raise_on_model_failure": flag(),
    "raise_on_no_models_fitted": flag(),
    "time_limit_preprocessing": nullable(number_above(0, "a number of seconds")),
    "ag_args": nullable(mapping()),
    "ag_args_fit": nullable(mapping()),
    "ag_args_ensemble": nullable(mapping()),
    "core_kwargs": nullable(mapping()),
    "aux_kwargs": nullable(mapping()),
    "refit_full": either(flag(), text()),
    "set_best_to_refit_full": flag(),
    "keep_only_best": flag(),
    "save_space": flag(),
    "save_bag_folds": nullable(flag()),
    "feature_prune_kwargs": nullable(mapping()),
    "name_suffix": nullable(text()),
    "verbosity": INIT_ARGS["verbosity"],
    "train_data": _data("train_data"),
    "tuning_data": _data("tuning_data"),
    "test_data": _data("test_data"),
    "unlabeled_data": refused("unlabeled data is not supported"),
    "pseudo_data": refused("pseudo-labelling is not supported"),
}


def check_init_args(args: object, *, label_required: bool = True) -> list[str]:
    """Return one sentence for each thing wrong with the arguments of `TabularPredictor(...)`.

    Settings may leave the label to each run (`label_required` false); a run cannot.
    """
    problems = check_fields("init_args", args, INIT_ARGS)
    if isinstance(args, dict):
        if label_required and "label" not in args:
            problems.append("init_args.label: missing; give the name of the column to predict")
        problems += _metric_of_problem_type(args)
        problems += _levels_of_quantiles(args)
    return problems


def check_fit_args(args: object) -> list[str]:
    """Return a sentence for each problem of the arguments of `TabularPredictor.fit(...)`."""
    problems = check_fields("fit_args", args, FIT_ARGS)
    if isinstance(args, dict) and not problems:
        problems += _models_chosen_twice(args)
    if isinstance(args, dict) and args.get("_feature_generator_kwargs"):
        own = OwnObject.parse(args.get("feature_generator"))
        if own is not None:
            problems.append(
                "fit_args._feature_generator_kwargs: these are for AutoGluon's own generator, and "
                f"feature_generator names '{own}'; leave one of the two out"
            )
    return problems


def _models_chosen_twice(args: Mapping[str, object]) -> list[str]:
    presets = args.get("presets")
    named = presets if isinstance(presets, list) else [presets]
    by_rows = [name for name in named if name in BY_ROWS]
    if not by_rows or args.get("hyperparameters") is None:
        return []
    return [
        f"fit_args.hyperparameters: cannot be given with presets '{by_rows[0]}', which chooses "
        "the models by the number of rows; leave one of the two out"
    ]


def named_objects(init_args: object, fit_args: object) -> Mapping[str, OwnObject]:
    """Return the objects of a person's own code that arguments name, by their paths."""
    init = init_args if isinstance(init_args, Mapping) else {}
    fit = fit_args if isinstance(fit_args, Mapping) else {}
    return own_objects(
        {
            "init_args.eval_metric": init.get("eval_metric"),
            "fit_args.feature_generator": fit.get("feature_generator"),
        }
    )


def _levels_of_quantiles(args: Mapping[str, object]) -> list[str]:
    levels, quantiles = args.get("quantile_levels"), args.get("problem_type") == "quantile"
    if quantiles and not levels:
        return [
            "init_args.quantile_levels: missing; a problem_type 'quantile' needs the quantiles to "
            "predict, such as [0.1, 0.5, 0.9]"
        ]
    if levels and not quantiles:
        return [
            f"init_args.quantile_levels: got {shown(levels)} with problem_type "
            f"{args.get('problem_type')!r}; set problem_type 'quantile', or leave the levels out"
        ]
    if isinstance(levels, list) and len(set(map(str, levels))) < len(levels):
        return [f"init_args.quantile_levels: got {shown(levels)}; give each level once"]
    return []


def _metric_of_problem_type(args: Mapping[str, object]) -> list[str]:
    problem_type, metric = args.get("problem_type"), args.get("eval_metric")
    if not isinstance(problem_type, str) or problem_type not in METRICS:
        return []
    if metric not in ALL_METRICS or metric in METRICS[problem_type]:
        return []
    return [
        f"init_args.eval_metric: got '{metric}', which does not exist for problem_type "
        f"'{problem_type}'; allowed: {', '.join(METRICS[problem_type])}"
    ]
