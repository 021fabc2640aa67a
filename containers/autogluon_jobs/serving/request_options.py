"""Parse what a caller asks for beside the rows, in the request's `CustomAttributes`.

`output=probabilities;on_error=row;decision_threshold=0.3`. The container strips the parameters of
Accept, and InvokeEndpoint passes this one header. A part that is an identifier is left alone: AWS's
own examples put one of the request there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autogluon_contracts.suggestions import did_you_mean
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed, shown
from autogluon_jobs.requests.inference_arguments import INFERENCE_ARGUMENTS, inference_arguments

# What identifiers are made of: UUIDs, `X-Ray` and W3C traces, dates, paths.
_is_identifier = re.compile(r"[A-Za-z0-9._:/@+-]*").fullmatch

_CHOICES = {
    "output": ("both", "labels", "probabilities"),
    "on_error": ("request", "row"),
    "contributions": ("false", "true"),
}
_OPTIONS = (*_CHOICES, *INFERENCE_ARGUMENTS)


@dataclass(frozen=True)
class AnswerOptions:
    """Options of one request.

    Attributes:
        output: which columns are answered: `both`, `labels` or `probabilities`.
        on_error: whether one bad cell fails the `request` or its `row` alone.
        contributions: whether each feature's part in the prediction is answered too.
        inference: `model` and `decision_threshold`, where given.
    """

    output: str = "both"
    on_error: str = "request"
    contributions: bool = False
    inference: Mapping[str, Any] = field(default_factory=dict)


def options_of(attributes: str) -> AnswerOptions:
    """Read a request's custom attributes.

    Raises:
        InputError: an unknown or doubled option, a value that it does not have, or a part that is
            neither an option nor an identifier.
    """
    given: dict[str, str] = {}
    for part in attributes.split(";"):
        key, separator, value = (text.strip() for text in part.partition("="))
        if not separator:
            _require_identifier(key)
            continue
        if key not in _OPTIONS:
            raise InputError(
                f"CustomAttributes has the unknown option {shown(key)}"
                f"{did_you_mean(key, _OPTIONS)}.",
                advice=f"The options are {listed(_OPTIONS)}.",
            )
        if key in given:
            raise InputError(
                f'CustomAttributes gives the option "{key}" twice.', advice="Give it once."
            )
        if key in _CHOICES and value not in _CHOICES[key]:
            raise InputError(
                f"CustomAttributes: {key} is {shown(value)}.",
                advice=f"Allowed: {listed(_CHOICES[key])}.",
            )
        given[key] = value
    return AnswerOptions(
        output=given.get("output", "both"),
        on_error=given.get("on_error", "request"),
        contributions=given.get("contributions") == "true",
        inference=inference_arguments(
            {
                name: _number_or_text(name, given[name])
                for name in INFERENCE_ARGUMENTS
                if name in given
            }
        ),
    )


def _number_or_text(name: str, value: str) -> float | str:
    if name != "decision_threshold":
        return value
    try:
        return float(value)
    except ValueError:
        return value  # refused by name, with the others


def _require_identifier(part: str) -> None:
    if part in _OPTIONS:
        allowed = f"one of {listed(_CHOICES[part])}" if part in _CHOICES else "its value"
        raise InputError(
            f"CustomAttributes: {part} has no value.", advice=f"Write {part}= and {allowed}."
        )
    if not _is_identifier(part):
        raise InputError(
            f"CustomAttributes holds {shown(part)}, which is neither name=value nor an identifier "
            f"of letters, digits and ._:/@+-.",
            advice=f"The options are {listed(_OPTIONS)}.",
        )
