"""Pages of the lists that EventBridge and its Scheduler answer."""

from __future__ import annotations

from typing import Any

from embedded_aws.eventbridge.buses import invalid
from embedded_aws.gateway import ApiCall

_LIMIT = 100


def page(call: ApiCall, name: str, items: list[Any]) -> dict[str, Any]:
    """Return one page of a list under `name`, as Limit and NextToken ask."""
    token = call.params.get("NextToken") or "0"
    if not token.isdigit():
        raise invalid("Parameter NextToken is not valid.")
    begin = int(token)
    end = begin + (call.params.get("Limit") or _LIMIT)
    answer: dict[str, Any] = {name: items[begin:end]}
    if end < len(items):
        answer["NextToken"] = str(end)
    return answer
