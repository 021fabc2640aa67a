"""Write the command and the code that train the same predictor again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

from autogluon_contracts.documents.training_job import (
    FOLDER_CHANNELS,
    TABLE_CHANNELS,
    TrainingJobConfig,
)
from autogluon_jobs.report.page_parts import Code

_OPTIONS = {
    "test": "--test", "tuning": "--tuning", "static": "--static",
    "images": "--images", "weights": "--weights",
}  # fmt: skip
_DATA = {**TABLE_CHANNELS, **FOLDER_CHANNELS}


def again(config: TrainingJobConfig, client_class: str) -> list[Code]:
    """Return the command of the terminal and the call of the Python client's class."""
    return [
        Code("From a terminal", _command(config)),
        Code("From Python", _python(config, client_class)),
    ]


def _command(config: TrainingJobConfig) -> str:
    words = ["agcdk", "train", config.predictor, str(config.data["train"])]
    lines = [shlex.join(words)]
    lines += [
        f"{option} {shlex.quote(uri)}"
        for channel, option in _OPTIONS.items()
        if (uri := config.data.get(channel))
    ]
    parent = config.parent
    if parent is not None:
        lines += [f"--from {shlex.quote(parent.version)}", f"--method {parent.method}"]
    for option, values in (("--init", _own_init_args(config)), ("--fit", config.fit_args)):
        lines += [
            # YAML takes JSON.
            f"{option} {shlex.quote(f'{name}={json.dumps(value, ensure_ascii=False)}')}"
            for name, value in values.items()
        ]
    return " \\\n    ".join(lines)


def _python(config: TrainingJobConfig, client_class: str) -> str:
    data = {key: config.data.get(channel) for key, channel in _DATA.items()}
    arguments: dict[str, Any] = {
        **{key: uri for key, uri in data.items() if uri},
        "predictor_init_args": dict(_own_init_args(config)),
        "predictor_fit_args": dict(config.fit_args),
    }
    if config.parent is not None:
        arguments |= {"from_model": config.parent.version, "method": config.parent.method}
    lines = [f"    {name}={_literal(value)}," for name, value in arguments.items()]
    return "\n".join(
        [
            f"from autogluon_client import {client_class}",
            "",
            f"predictor = {client_class}(predictor={config.predictor!r})",
            "predictor.fit(",
            *lines,
            ")",
        ]
    )


def _own_init_args(config: TrainingJobConfig) -> Mapping[str, Any]:
    """Return what the run itself decided: a model that it trained further keeps its own."""
    return {} if config.parent is not None else config.init_args


def _literal(value: Any) -> str:
    return repr(dict(value) if isinstance(value, Mapping) else value)
