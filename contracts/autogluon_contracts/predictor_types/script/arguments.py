"""The arguments of script predictors: facts about the problem, and hyperparameters.

`init_args` say what is learnt, for requests, answers and metrics. `fit_args` are hyperparameters of
the training job, within the limits of CreateTrainingJob (botocore's model of SageMaker).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from autogluon_contracts.rules import Rule, check_fields, one_of, shown, text

_FACTS: Mapping[str, Rule] = {
    "label": text(),
    "problem_type": one_of("binary", "multiclass", "regression"),
    "eval_metric": text(),
}
_REQUIRED = ("label", "problem_type")
_RESERVED = "sagemaker_"
# What becomes `--<name>` of a command line.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,255}")
_MOST = 90  # of a job's 100, beside the toolkit's own
_LONGEST_VALUE = 2500
_METRICS = {"binary": "accuracy", "multiclass": "accuracy", "regression": "root_mean_squared_error"}


def check_init_args(args: object, *, label_required: bool = True) -> list[str]:
    """Return a sentence for each thing wrong with the facts about the problem."""
    found = check_fields("init_args", args, _FACTS)
    if isinstance(args, dict):
        required = _REQUIRED if label_required else _REQUIRED[1:]
        found += [f"init_args.{name}: missing" for name in required if name not in args]
    return found


def check_fit_args(args: object) -> list[str]:
    """Return a sentence for each thing wrong with the hyperparameters."""
    if not isinstance(args, dict):
        return [f"fit_args: got {shown(args)}; allowed: an object"]
    found = list(_problems(args))
    if len(args) > _MOST:
        found.append(f"fit_args: {len(args)} hyperparameters; allowed: at most {_MOST}")
    return found


def _problems(args: Mapping[str, object]) -> Iterator[str]:
    for name, value in args.items():
        if _NAME.fullmatch(str(name)) is None:
            yield (
                f"fit_args.{name}: not the name of a hyperparameter; allowed: letters, digits, _ "
                "and -, beginning with a letter"
            )
        elif name.startswith(_RESERVED):
            yield f"fit_args.{name}: names with {_RESERVED} are SageMaker's; choose another"
        elif len(written(value)) > _LONGEST_VALUE:
            yield (
                f"fit_args.{name}: {len(written(value)):,} characters; allowed: at most "
                f"{_LONGEST_VALUE:,} (SageMaker's limit); read it from a file beside the script"
            )


def written(value: object) -> str:
    """Return a hyperparameter's value as the toolkits of AWS's images read it: JSON."""
    return json.dumps(value)


def eval_metric(init_args: Mapping[str, object]) -> str:
    """Return the metric that a predictor is compared by, the usual one unless it is given."""
    given = init_args.get("eval_metric")
    return str(given) if given is not None else _METRICS[str(init_args["problem_type"])]
