"""What a caller asks for beside the rows, in the request's `CustomAttributes`.

`output=probabilities;on_error=row;contributions=true`. The container strips the parameters of
Accept, and InvokeEndpoint passes this one header. A part that is an identifier is left alone: AWS's
own examples put one of the request there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from autogluon_jobs.errors import InputError
from autogluon_jobs.names import hint, listed, shown

# What identifiers are made of: UUIDs, `X-Ray` and W3C traces, dates, paths.
_is_identifier = re.compile(r"[A-Za-z0-9._:/@+-]*").fullmatch

_CHOICES = {
    "output": ("both", "labels", "probabilities"),
    "on_error": ("request", "row"),
    "contributions": ("false", "true"),
}


@dataclass(frozen=True)
class AnswerOptions:
    """Options of one request.

    Attributes:
        output: which columns are answered: `both`, `labels` or `probabilities`.
        on_error: whether one bad cell fails the `request` or its `row` alone.
        contributions: whether each feature's part in the prediction is answered too.
    """

    output: str = "both"
    on_error: str = "request"
    contributions: bool = False


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
        if key not in _CHOICES:
            raise InputError(
                f"CustomAttributes has the unknown option {shown(key)}{hint(key, _CHOICES)}; the "
                f"options are {listed(tuple(_CHOICES))}."
            )
        if key in given:
            raise InputError(f'CustomAttributes gives the option "{key}" twice; give it once.')
        if value not in _CHOICES[key]:
            raise InputError(
                f"CustomAttributes: {key} is {shown(value)}; allowed are {listed(_CHOICES[key])}."
            )
        given[key] = value
    return AnswerOptions(
        output=given.get("output", "both"),
        on_error=given.get("on_error", "request"),
        contributions=given.get("contributions") == "true",
    )


def _require_identifier(part: str) -> None:
    if part in _CHOICES:
        raise InputError(
            f"CustomAttributes: {part} has no value; write {part}= and one of "
            f"{listed(_CHOICES[part])}."
        )
    if not _is_identifier(part):
        raise InputError(
            f"CustomAttributes holds {shown(part)}, which is neither name=value nor an identifier "
            f"of letters, digits and ._:/@+-; the options are {listed(tuple(_CHOICES))}."
        )
