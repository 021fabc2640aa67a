"""Write the settings of a predictor for the data that was read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autogluon_cli.first_settings.problem import Problem
from autogluon_cli.first_settings.table import Table

_LONGEST_NAME = 30
_GIB = 1024**3
# Training holds the table in memory several times: about 20 bytes for a byte of CSV.
_INSTANCES = (
    (0.2, "ml.m5.xlarge"),
    (1.0, "ml.m5.2xlarge"),
    (2.5, "ml.m5.4xlarge"),
    (8.0, "ml.m5.12xlarge"),
)
_LARGEST = "ml.m5.24xlarge"


def predictor_name(path: Path) -> str:
    """Return a valid predictor name derived from a file's name."""
    words = re.findall(r"[a-z0-9]+", path.stem.lower())
    name = "-".join(words).lstrip("0123456789-")[:_LONGEST_NAME].rstrip("-")
    return name or "predictor"


def declare(
    table: Table,
    problem: Problem,
    *,
    ignored: Sequence[str],
    time_limit_seconds: int,
    with_endpoint: bool,
) -> dict[str, Any]:
    """Return an entry of `predictors:` whose quality gate requires more than guessing.

    Probabilities of classes are scaled on the rows that models are compared by (`calibrate`), so
    that they can be believed.
    """
    init_args: dict[str, Any] = {
        "label": problem.label,
        "problem_type": problem.problem_type,
        "eval_metric": problem.eval_metric,
    }
    if ignored:
        init_args["learner_kwargs"] = {"ignored_columns": list(ignored)}
    fit_args: dict[str, Any] = {"time_limit": time_limit_seconds}
    if problem.problem_type != "regression":
        fit_args["calibrate"] = True
    settings: dict[str, Any] = {
        "init_args": init_args,
        "fit_args": fit_args,
        **resources(table, time_limit_seconds),
        "quality_gate": {"metric": problem.gate_metric, "minimum": problem.minimum},
    }
    if with_endpoint:
        settings["endpoint"] = {"instance_type": "ml.m5.large"}
    return settings


def with_version(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings with today's newest image, which a later release would replace."""
    from autogluon_constructs.catalogues.images import find_image

    version = find_image("latest", "cpu").version
    written: dict[str, Any] = {}
    for key, value in settings.items():
        written[key] = value
        if key == "fit_args":
            written["framework_version"] = version
    return written


def resources(table: Table, time_limit_seconds: int) -> dict[str, Any]:
    """Return the section `training` for a table of this size."""
    size_gib = table.csv_bytes / _GIB
    return {
        "training": {
            "instance_type": next(
                (name for limit, name in _INSTANCES if size_gib <= limit), _LARGEST
            ),
            "volume_size_gb": max(30, round(10 * size_gib)),
            "max_runtime_seconds": 2 * time_limit_seconds + 1800,
        }
    }
