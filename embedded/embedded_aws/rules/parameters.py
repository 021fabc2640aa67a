"""SSM parameters.

Source: Systems Manager API reference, PutParameter; user guide, "Parameter tiers".
"""

from __future__ import annotations

import re

from embedded_aws.gateway import ApiCall, ApiError

_NAME = re.compile(r"/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")
_LONGEST = {"Standard": 4_096, "Advanced": 8_192, "Intelligent-Tiering": 8_192}
_DEEPEST = 15


def check_parameter(call: ApiCall) -> None:
    """Raise ApiError when name, size or pattern of a parameter is wrong."""
    params = call.params
    name, value = str(params.get("Name", "")), str(params.get("Value", ""))
    path = name.rpartition(":parameter")[2] if name.startswith("arn:") else name
    if not _NAME.fullmatch(path):
        raise ApiError(
            "ValidationException",
            'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a '
            "path, it can consist of sub-paths divided by slash symbol; each sub-path can be "
            "formed as a mix of letters, numbers and the following 3 symbols .-_",
            status=400,
        )
    if path.count("/") > _DEEPEST:
        raise ApiError(
            "HierarchyLevelLimitExceededException",
            f"A hierarchy can have a maximum of {_DEEPEST} levels.",
            status=400,
        )
    tier = str(params.get("Tier") or "Standard")
    longest = _LONGEST.get(tier, _LONGEST["Standard"])
    if len(value.encode()) > longest:
        advice = (
            " To create a larger parameter value, upgrade the parameter to use the "
            "advanced-parameter tier."
        )
        raise ApiError(
            "ValidationException",
            f"{tier} tier parameters support a maximum parameter value of {longest} characters."
            f"{advice if tier == 'Standard' else ''}",
            status=400,
        )
    _check_pattern(params.get("AllowedPattern"), value)


def _check_pattern(pattern: str | None, value: str) -> None:
    if not pattern:
        return
    try:
        fits = re.search(pattern, value) is not None
    except re.error:
        raise ApiError(
            "InvalidAllowedPatternException",
            f"The request does not meet the regular expression requirement: {pattern}",
            status=400,
        ) from None
    if not fits:
        raise ApiError(
            "ParameterPatternMismatchException",
            f"Parameter value, cannot be validated against allowedPattern: {pattern}",
            status=400,
        )
