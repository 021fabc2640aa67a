"""The arguments of `TimeSeriesPredictor(...)` and `.fit(...)` that JSON can carry.

One table for the settings (at synth) and the planners (per execution). Source: signatures,
docstrings and validators of `autogluon.timeseries.predictor` 1.6.3.
"""

import re
from collections.abc import Iterator, Mapping

from autogluon_contracts.code.own_objects import OwnObject, or_own_metric, own_objects
from autogluon_contracts.predictor_types.timeseries.combinations import combination_problems
from autogluon_contracts.predictor_types.timeseries.hyperparameters import hyperparameter_problems
from autogluon_contracts.predictor_types.timeseries.names import (
    ENSEMBLES,
    FREQUENCIES,
    FREQUENCY_SYNONYMS,
    METRIC_ALIASES,
    METRICS,
    MODELS,
    PORTFOLIOS,
    PRESETS,
    anchors_of,
)
from autogluon_contracts.predictor_types.timeseries.series import STORED_HISTORY, SeriesColumns
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
from autogluon_contracts.suggestions import did_you_mean

_THE_JOB_DECIDES = "the training job chooses it, so that the artifact lies where SageMaker looks"
_LOGS = "the job's log goes to CloudWatch Logs"
_ONE_TABLE = "write the columns into train_data itself, one table of all series"
_STATIC = "data is named in the execution's input: 'static_features'"
_METRIC_NAMES = (*METRICS, *METRIC_ALIASES)
_BIAS = "BIAS"  # AutoGluon reports it, and chooses no models by it
_FREQUENCY = re.compile(r"(?P<number>[1-9][0-9]*)?(?P<alias>[A-Za-z]+)(?P<anchor>-[A-Z]{3})?")
_ONE_OR_MORE = either(mapping(), array(mapping()))
_VERBOSITY = Rule(
    "a whole number from 0 to 4",
    lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 4,
)


def _frequency(path: str, value: object) -> list[str]:
    match = _FREQUENCY.fullmatch(str(value))
    alias = str(value) if match is None else match["alias"]
    unknown = name_from(FREQUENCIES, "frequency", FREQUENCY_SYNONYMS).problems(path, alias)
    if unknown or match is None or match["anchor"] is None:
        return unknown
    anchor, allowed = match["anchor"].removeprefix("-"), anchors_of(alias)
    if anchor in allowed:
        return []
    if not allowed:
        return [f"{path}: got {shown(value)}, and {alias} has no '-{anchor}'; write '{alias}'"]
    hint = did_you_mean(anchor, allowed)
    return [f"{path}: got {shown(value)}; allowed after {alias}-: {', '.join(allowed)}{hint}"]


def _models(path: str, value: object) -> list[str]:
    if not isinstance(value, dict):
        return []
    model = name_from(MODELS, "model")
    problems = [
        problem
        for name, entry in value.items()
        for problem in model.problems(f"{path}.{name}", name)
        or _ONE_OR_MORE.problems(f"{path}.{name}", entry)
        or _hyperparameters(f"{path}.{name}", name, entry)
    ]
    if not value:
        problems.append(f"{path}: names no model; allowed: at least one of {', '.join(MODELS[:9])}")
    return problems


def _hyperparameters(path: str, model: str, entry: object) -> list[str]:
    if isinstance(entry, dict):
        return hyperparameter_problems(path, model, entry)
    entries = entry if isinstance(entry, list) else []
    return [
        problem
        for position, values in enumerate(entries)
        for problem in hyperparameter_problems(f"{path}[{position}]", model, values)
    ]


def _ensembles(path: str, value: object) -> list[str]:
    names = value if isinstance(value, dict) else {}
    return [
        problem
        for name, entry in names.items()
        for problem in name_from(ENSEMBLES, "ensemble").problems(f"{path}.{name}", name)
        or _ONE_OR_MORE.problems(f"{path}.{name}", entry)
    ]


_ENSEMBLES = Rule("an object of ensemble to hyperparameters", lambda v: isinstance(v, dict),
                  _ensembles)  # fmt: skip
_TUNING = either(
    one_of("auto", "random"),
    mapping(
        {
            "num_trials": nullable(integer(1)),
            "scheduler": one_of("local"),
            "searcher": one_of("auto", "random", "local_random", "bayes"),
        }
    ),
)

INIT_ARGS: Mapping[str, Rule] = {
    "target": nullable(text()),
    "id_column": text(),
    "timestamp_column": text(),
    "prediction_length": integer(1, "a number of steps"),
    "freq": nullable(
        Rule("a frequency of pandas, such as 'D'", lambda v: isinstance(v, str), _frequency)
    ),
    "eval_metric": nullable(
        or_own_metric(name_from(_METRIC_NAMES, "metric"), (*_METRIC_NAMES, _BIAS))
    ),
    "eval_metric_seasonal_period": nullable(integer(1, "a number of steps")),
    "horizon_weight": nullable(array(number_from(0))),
    "known_covariates_names": nullable(either(text(), array(text()))),
    "quantile_levels": nullable(array(fraction())),
    "verbosity": _VERBOSITY,
    "label": refused("write the column's name as target"),
    "path": refused(_THE_JOB_DECIDES),
    "log_to_file": refused(_LOGS),
    "log_file_path": refused(_LOGS),
    "cache_predictions": refused("a served model computes each forecast anew"),
    "static_features": refused(_STATIC),
    STORED_HISTORY: flag(),
}

FIT_ARGS: Mapping[str, Rule] = {
    "time_limit": nullable(number_above(0, "a number of seconds")),
    "presets": nullable(name_from(PRESETS, "preset")),
    "hyperparameters": nullable(
        either(
            name_from(PORTFOLIOS, "hyperparameter portfolio"),
            Rule("an object of model to hyperparameters", lambda v: isinstance(v, dict), _models),
        )
    ),
    "hyperparameter_tune_kwargs": nullable(_TUNING),
    "excluded_model_types": nullable(array(name_from(MODELS, "model"))),
    "ensemble_hyperparameters": nullable(either(_ENSEMBLES, array(_ENSEMBLES))),
    "num_val_windows": either(integer(1), one_of("auto"), array(integer(1))),
    "val_step_size": nullable(integer(1, "a number of steps")),
    "refit_every_n_windows": nullable(either(integer(1), one_of("auto"))),
    "refit_full": flag(),
    "enable_ensemble": flag(),
    "skip_model_selection": flag(),
    "random_seed": nullable(integer(0)),
    "verbosity": _VERBOSITY,
    "train_data": refused("data is named in the execution's input: 'train_data'"),
    "tuning_data": refused("data is named in the execution's input: 'tuning_data'"),
    "known_covariates": refused(_ONE_TABLE),
    "static_features": refused(_STATIC),
    "id_column": refused("write it to init_args"),
    "timestamp_column": refused("write it to init_args"),
    "validation_structure": refused("TimeSeriesPredictor has none; use num_val_windows"),
}


def check_init_args(args: object) -> list[str]:
    """Return a sentence for each thing wrong with the arguments of the constructor."""
    problems = check_fields("init_args", args, INIT_ARGS)
    if isinstance(args, dict) and not problems:
        problems += [*_roles(args), *_levels(args), *_weights_of_steps(args)]
    return problems


def check_fit_args(args: object) -> list[str]:
    """Return a sentence for each problem of the arguments of `TimeSeriesPredictor.fit(...)`."""
    problems = check_fields("fit_args", args, FIT_ARGS)
    if isinstance(args, dict) and not problems:
        problems += [*_windows(args), *combination_problems(args)]
    return problems


def _windows(args: Mapping[str, object]) -> Iterator[str]:
    if args.get("num_val_windows") == []:
        yield "fit_args.num_val_windows: got []; allowed: at least one number of windows"


def named_objects(init_args: object) -> Mapping[str, OwnObject]:
    """Return the objects of a person's own code that arguments name, by their paths."""
    init = init_args if isinstance(init_args, Mapping) else {}
    return own_objects({"init_args.eval_metric": init.get("eval_metric")})


def _roles(args: Mapping[str, object]) -> Iterator[str]:
    columns = SeriesColumns.of(args)
    roles = [
        ("target", columns.target),
        ("id_column", columns.id_column),
        ("timestamp_column", columns.timestamp_column),
        *(("known_covariates_names", name) for name in columns.known_covariates),
    ]
    seen: dict[str, str] = {}
    for argument, name in roles:
        if name in seen:
            yield (
                f"init_args.{argument}: got '{name}', which {seen[name]} names too; give each "
                "column one role"
            )
        seen.setdefault(name, argument)


def _levels(args: Mapping[str, object]) -> Iterator[str]:
    levels = args.get("quantile_levels")
    if levels == []:
        yield (
            "init_args.quantile_levels: got []; allowed: at least one number between 0 and 1, or "
            "leave it out for 0.1 to 0.9"
        )
    if isinstance(levels, list) and len(set(levels)) < len(levels):
        yield f"init_args.quantile_levels: got {shown(levels)}; give each level once"


def _weights_of_steps(args: Mapping[str, object]) -> Iterator[str]:
    weights, steps = args.get("horizon_weight"), args.get("prediction_length", 1)
    if isinstance(weights, list) and (len(weights) != steps or not any(weights)):
        yield (
            f"init_args.horizon_weight: got {shown(weights)}; allowed: a weight for each of the "
            f"{steps} steps of prediction_length, at least one of them above 0"
        )
