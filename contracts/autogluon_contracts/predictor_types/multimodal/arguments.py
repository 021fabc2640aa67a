"""The arguments of `MultiModalPredictor(...)` and `.fit(...)` that JSON can carry.

One table for the settings (at synth) and the planners (per execution). Source: signatures and
docstrings of `autogluon.multimodal.predictor` 1.6.3.
"""

from collections.abc import Iterator, Mapping, Sequence

from autogluon_contracts.code.own_objects import OwnObject, or_own_metric, own_objects
from autogluon_contracts.predictor_types.multimodal.hyperparameters import hyperparameter_problems
from autogluon_contracts.predictor_types.multimodal.metrics import ALL_METRICS, METRICS
from autogluon_contracts.predictor_types.multimodal.names import (
    COLUMN_TYPES,
    PRESETS,
    PROBLEM_TYPES,
    SEMANTIC_SEGMENTATION,
    TUNING_PRESETS,
    UNSUPPORTED_PROBLEM_TYPES,
)
from autogluon_contracts.predictor_types.tabular.names import METRIC_SYNONYMS
from autogluon_contracts.rules import (
    Rule,
    check_fields,
    flag,
    fraction,
    integer,
    name_from,
    nullable,
    number_above,
    one_of,
    refused,
    shown,
    text,
)

_THE_JOB_DECIDES = "the training job chooses it, so that the artifact lies where SageMaker looks"
_LOGS = "the job's log goes to CloudWatch Logs"
_DETECTION = "it is for object detection, which is unsupported"
_COUNTED = "masks are not looked at before a job is paid for; give num_classes"
_MATCHING = "it is for semantic matching, which is unsupported"
_ENSEMBLES = "ensembles of multimodal predictors are unsupported"
_IN_FIT_ARGS = "give it in fit_args"
_ONE_SEARCH = "trials within one job are unsupported; name the values in hyperparameters"


def _data(key: str) -> Rule:
    return refused(f"data is named in the execution's input: '{key}'")


def _problem_type(path: str, value: object) -> list[str]:
    reason = UNSUPPORTED_PROBLEM_TYPES.get(str(value))
    if reason is not None:
        return [f"{path}: got {shown(value)}; {reason}"]
    return one_of(*PROBLEM_TYPES, SEMANTIC_SEGMENTATION).problems(path, value)


def _preset(path: str, value: object) -> list[str]:
    if value in TUNING_PRESETS:
        return [f"{path}: got {shown(value)}; {_ONE_SEARCH}"]
    return name_from(PRESETS, "preset").problems(path, value)


def _metric_rules(names: Sequence[str]) -> Mapping[str, Rule]:
    """Return the rules of metrics; `names` are those that a wrong one may have meant.

    `_metrics_of_problem_type` refuses metrics of other problem types.
    """
    of_names = name_from(names, "metric", METRIC_SYNONYMS)

    def known(path: str, value: object) -> list[str]:
        return [] if value in ALL_METRICS else of_names.problems(path, value)

    def validation(path: str, value: object) -> list[str]:
        # `infer_metrics` of `autogluon.multimodal.optim.metrics.utils` takes `torchmetrics`' names.
        if OwnObject.parse(value) is None:
            return known(path, value)
        return [
            f"{path}: got '{value}', and AutoGluon computes this metric itself, batch by batch; "
            f"give one of its names, such as '{names[0]}', and yours as eval_metric"
        ]

    named = Rule(of_names.allowed, of_names.accepts, known)
    return {
        "eval_metric": nullable(or_own_metric(named, (*ALL_METRICS, *METRIC_SYNONYMS))),
        "validation_metric": nullable(Rule(of_names.allowed, of_names.accepts, validation)),
    }


_VERBOSITY = Rule(
    "a whole number from 0 to 4",
    lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 4,
)

INIT_ARGS: Mapping[str, Rule] = {
    "label": text(),
    "problem_type": nullable(
        Rule("a problem type", lambda value: isinstance(value, str), _problem_type)
    ),
    **_metric_rules(ALL_METRICS),
    "verbosity": _VERBOSITY,
    "pretrained": flag(),
    "presets": refused(_IN_FIT_ARGS),
    "hyperparameters": refused(_IN_FIT_ARGS),
    "query": refused(_MATCHING),
    "response": refused(_MATCHING),
    "match_label": refused(_MATCHING),
    "num_classes": nullable(integer(1)),
    "classes": refused(_DETECTION),
    "sample_data_path": refused(_COUNTED),
    "path": refused(_THE_JOB_DECIDES),
    "warn_if_exist": refused(_THE_JOB_DECIDES),
    "enable_progress_bar": refused(_LOGS),
    "use_ensemble": refused(_ENSEMBLES),
    "ensemble_size": refused(_ENSEMBLES),
    "ensemble_mode": refused(_ENSEMBLES),
}

FIT_ARGS: Mapping[str, Rule] = {
    "time_limit": nullable(number_above(0, "a number of seconds")),
    "presets": nullable(Rule("the name of a preset", lambda v: isinstance(v, str), _preset)),
    "hyperparameters": nullable(
        Rule(
            "an object of dotted names to values, such as {optim.max_epochs: 5}",
            lambda value: isinstance(value, dict),
            hyperparameter_problems,
        )
    ),
    "column_types": nullable(
        Rule(
            "an object of column to type",
            lambda value: isinstance(value, dict),
            lambda path, value: [
                problem
                for name, kind in dict(value).items()  # type: ignore[call-overload]
                for problem in one_of(*COLUMN_TYPES).problems(f"{path}.{name}", kind)
            ],
        )
    ),
    "holdout_frac": nullable(fraction()),
    "seed": nullable(integer(0)),
    "hyperparameter_tune_kwargs": refused(_ONE_SEARCH),
    "max_num_tuning_data": refused(_DETECTION),
    "id_mappings": refused(_MATCHING),
    "teacher_predictor": refused("distillation is unsupported"),
    "save_path": refused(_THE_JOB_DECIDES),
    "standalone": refused("an artifact always holds all that serving needs"),
    "clean_ckpts": refused("the training job removes intermediate checkpoints"),
    "predictions": refused(_ENSEMBLES),
    "labels": refused(_ENSEMBLES),
    "predictors": refused(_ENSEMBLES),
    "train_data": _data("train_data"),
    "tuning_data": _data("tuning_data"),
    "test_data": _data("test_data"),
}


def check_init_args(args: object, *, label_required: bool = True) -> list[str]:
    """Return one sentence for each thing wrong with the arguments of `MultiModalPredictor(...)`.

    Settings may leave the label to each run (`label_required` false); a run cannot.
    """
    problem_type = args.get("problem_type") if isinstance(args, dict) else None
    names = METRICS.get(problem_type) if isinstance(problem_type, str) else None
    rules = INIT_ARGS if names is None else {**INIT_ARGS, **_metric_rules(names)}
    problems = check_fields("init_args", args, rules)
    if isinstance(args, dict):
        if label_required and "label" not in args:
            problems.append("init_args.label: missing; give the name of the column to predict")
        problems += _metrics_of_problem_type(args)
    return problems


def check_fit_args(args: object) -> list[str]:
    """Return a sentence for each problem of the arguments of `MultiModalPredictor.fit(...)`."""
    return check_fields("fit_args", args, FIT_ARGS)


def named_objects(init_args: object) -> Mapping[str, OwnObject]:
    """Return the objects of a person's own code that arguments name, by their paths."""
    init = init_args if isinstance(init_args, Mapping) else {}
    return own_objects({"init_args.eval_metric": init.get("eval_metric")})


def _metrics_of_problem_type(args: Mapping[str, object]) -> Iterator[str]:
    problem_type = args.get("problem_type")
    if problem_type == SEMANTIC_SEGMENTATION and named_objects(args):
        yield (
            f"init_args.eval_metric: got '{args['eval_metric']}', and masks are judged by their "
            f"pixels, not by a metric of your own; allowed: {', '.join(METRICS[problem_type])}"
        )
    for name in ("eval_metric", "validation_metric"):
        metric = args.get(name)
        if metric not in ALL_METRICS:
            continue
        if problem_type is None and metric in METRICS[SEMANTIC_SEGMENTATION]:
            yield (
                f"init_args.{name}: got '{metric}', which judges masks; set problem_type "
                f"'{SEMANTIC_SEGMENTATION}', or choose another metric"
            )
        allowed = METRICS.get(problem_type) if isinstance(problem_type, str) else None
        if allowed is not None and metric not in allowed:
            yield (
                f"init_args.{name}: got '{metric}', which does not exist for problem_type "
                f"'{problem_type}'; allowed: {', '.join(allowed)}"
            )
