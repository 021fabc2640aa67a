"""The `AUTOGLUON_BATCH` environment of a transform job: how every piece of its files is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.suggestions import did_you_mean as hint
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed

VARIABLE = "AUTOGLUON_BATCH"
_VERSION = 1
_CHOICES = {"output": ("both", "labels", "probabilities"), "output_format": ("csv", "jsonl")}
_KEYS = ("version", "columns", "has_header", "id_column", *_CHOICES)


@dataclass(frozen=True)
class BatchConfig:
    """The layout of the batch's files and of its answer."""

    columns: tuple[str, ...] | None
    has_header: bool
    id_column: str | None
    output: str
    output_format: str

    @property
    def extra_allowed(self) -> frozenset[str]:
        """Names that the files may have beside the predictor's."""
        return frozenset(() if self.id_column is None else (self.id_column,))


def batch_from_environment(environ: Mapping[str, str]) -> BatchConfig | None:
    """The batch that this container serves, or None at an endpoint.

    Raises:
        InputError: the variable holds something else than the contract says.
    """
    text = _joined(environ)
    if text is None:
        return None
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{VARIABLE} is not JSON: {error}.") from error
    return _checked(document)


def _joined(environ: Mapping[str, str]) -> str | None:
    if VARIABLE in environ:
        return environ[VARIABLE]
    pieces: list[str] = []
    while (name := f"{VARIABLE}_{len(pieces)}") in environ:
        pieces.append(environ[name])
    return "".join(pieces) if pieces else None


def _checked(document: Any) -> BatchConfig:
    if not isinstance(document, dict) or document.get("version") != _VERSION:
        raise InputError(f"{VARIABLE} is no object with version {_VERSION}.")
    for key in document:
        if key not in _KEYS:
            raise InputError(f'{VARIABLE} has the unknown key "{key}"{hint(key, _KEYS)}.')
    for key, choices in _CHOICES.items():
        if document.get(key) not in choices:
            raise InputError(
                f"{VARIABLE}: {key} is {document.get(key)!r}; allowed are {listed(choices)}."
            )
    columns, has_header = document.get("columns"), document.get("has_header")
    if columns is not None and not _is_names(columns):
        raise InputError(f"{VARIABLE}: columns is {columns!r}; it must be a list of names or null.")
    if not isinstance(has_header, bool):
        raise InputError(f"{VARIABLE}: has_header is {has_header!r}; it must be true or false.")
    if has_header and columns is None:
        raise InputError(f"{VARIABLE}: has_header needs columns, to know the header in each piece.")
    return BatchConfig(
        columns=None if columns is None else tuple(columns),
        has_header=has_header,
        id_column=document.get("id_column"),
        output=document["output"],
        output_format=document["output_format"],
    )


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
