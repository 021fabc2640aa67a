"""Split a list into pages, with the position as the token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.scaling.errors import invalid
from embedded_aws.scaling.scalable_target import NAMESPACE

_LARGEST = 50


def page(call: ApiCall, member: str, items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the answer with the page that MaxResults (1 to 50) and NextToken ask for.

    Raises:
        ApiError: ValidationException, InvalidNextTokenException.
    """
    size, token = call.params.get("MaxResults") or _LARGEST, call.params.get("NextToken") or "0"
    if not 1 <= size <= _LARGEST:
        raise invalid(f"MaxResults must be between 1 and {_LARGEST}, not {size}.")
    if not token.isdigit():
        raise ApiError("InvalidNextTokenException", "The next token supplied was invalid")
    start = int(token)
    answer: dict[str, Any] = {member: list(items[start : start + size])}
    if start + size < len(items):
        answer["NextToken"] = str(start + size)
    return answer


def chosen(call: ApiCall, items: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the described items that a request's filters choose.

    Targets of other namespaces cannot be registered, so there are none.
    """
    params = call.params
    if params["ServiceNamespace"] != NAMESPACE:
        return []
    wanted = params.get("ResourceIds") or []
    if params.get("ResourceId"):
        wanted = [params["ResourceId"]]
    dimension = params.get("ScalableDimension")
    return [
        item
        for item in items
        if (not wanted or item["ResourceId"] in wanted)
        and dimension in (None, item["ScalableDimension"])
    ]
