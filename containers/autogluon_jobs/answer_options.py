"""What a caller asks for beside the rows, in the request's `CustomAttributes`.

`output=probabilities;on_error=row;contributions=true`. The container strips the parameters of
Accept, and InvokeEndpoint passes this one header. A part without `=` is left alone: AWS's own
examples put a request's identifier there.
"""

from __future__ import annotations

from dataclasses import dataclass

from autogluon_jobs.errors import InputError
from autogluon_jobs.names import hint, listed

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
        InputError: an unknown or doubled option, or a value that it does not have.
    """
    given: dict[str, str] = {}
    for part in attributes.split(";"):
        key, separator, value = (text.strip() for text in part.partition("="))
        if not separator:
            continue
        if key not in _CHOICES:
            raise InputError(
                f'CustomAttributes has the unknown option "{key}"{hint(key, _CHOICES)}; the '
                f"options are {listed(tuple(_CHOICES))}."
            )
        if key in given:
            raise InputError(f'CustomAttributes gives the option "{key}" twice; give it once.')
        if value not in _CHOICES[key]:
            raise InputError(
                f'CustomAttributes: {key} is "{value}"; allowed are {listed(_CHOICES[key])}.'
            )
        given[key] = value
    return AnswerOptions(
        output=given.get("output", "both"),
        on_error=given.get("on_error", "request"),
        contributions=given.get("contributions") == "true",
    )
