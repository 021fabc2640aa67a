"""`job.json`: what one training job shall do, checked before anything costs time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autogluon_contracts.suggestions import did_you_mean as hint
from autogluon_jobs.jobs.job_instances import JobInstances
from autogluon_jobs.jobs.serving_goal import ServingGoal
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed

FILE_NAME = "job.json"
_VERSION = 1
_TYPES: dict[str, tuple[type, ...]] = {
    "version": (int,), "predictor": (str,), "run": (str,), "type": (str,),
    "framework_version": (str,), "init_args": (dict,), "fit_args": (dict,),
    "max_runtime_seconds": (int,), "data": (dict,), "serving": (dict,), "instances": (dict,),
}  # fmt: skip
# A planner of an earlier release writes none of these.
_OPTIONAL = {"serving", "instances"}


@dataclass(frozen=True)
class JobConfig:
    """One training job, as `plan_training` wrote it."""

    predictor: str
    run: str
    type: str
    framework_version: str
    init_args: Mapping[str, Any]
    fit_args: Mapping[str, Any]
    max_runtime_seconds: int
    data: Mapping[str, str | None]
    serving: ServingGoal = field(default_factory=ServingGoal)
    instances: JobInstances | None = None


def load_job(folder: Path) -> JobConfig:
    """Read `job.json` from the `config` channel.

    Raises:
        InputError: the file is missing, no JSON, or not what the contract says; by key.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        raise InputError(f'The channel "config" has no {FILE_NAME}.')
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{FILE_NAME} is not JSON: {error}.") from error
    _check(document)
    values = {key: value for key, value in document.items() if key != "version"}
    values["serving"] = ServingGoal.from_json(document.get("serving", {}))
    if "instances" in document:
        values["instances"] = JobInstances.from_json(document["instances"])
    return JobConfig(**values)


def _check(document: Any) -> None:
    if not isinstance(document, dict):
        raise InputError(f"{FILE_NAME} is no JSON object.")
    for key in document:
        if key not in _TYPES:
            raise InputError(f'{FILE_NAME} has the unknown key "{key}"{hint(key, _TYPES)}.')
    missing = [key for key in _TYPES if key not in document and key not in _OPTIONAL]
    if missing:
        raise InputError(f"{FILE_NAME} lacks {listed(missing)}.")
    for key, value in document.items():
        types = _TYPES[key]
        if not isinstance(value, types) or isinstance(value, bool):
            raise InputError(
                f'{FILE_NAME}: "{key}" is {value!r}; it must be of type {types[0].__name__}.'
            )
    if document["version"] != _VERSION:
        raise InputError(
            f"{FILE_NAME} has version {document['version']}; this code reads {_VERSION}."
        )
    if document["max_runtime_seconds"] <= 0:
        raise InputError(f'{FILE_NAME}: "max_runtime_seconds" must be positive.')
