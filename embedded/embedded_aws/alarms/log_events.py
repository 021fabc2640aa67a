"""Answer FilterLogEvents by the patterns of metric filters.

The library underneath ignores a prefix of streams and most patterns.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from moto.logs.models import LogStream, logs_backends

from embedded_aws.alarms.filter_pattern import FilterPatternError, parse_filter_pattern
from embedded_aws.gateway import ApiCall, ApiError, Operation

_MOST_EVENTS = 10_000  # of a page; CloudWatch Logs API Reference, FilterLogEvents


def event_operations() -> dict[str, Operation]:
    """Return the handlers by operation."""
    return {"FilterLogEvents": _filter_log_events}


def _filter_log_events(call: ApiCall) -> dict[str, Any]:
    params = call.params
    events = [
        event
        for stream in _streams(call)
        for event in stream.filter_log_events(
            params.get("startTime") or 0, params.get("endTime") or 0, ""
        )
    ]
    if params.get("filterPattern"):
        try:
            pattern = parse_filter_pattern(params["filterPattern"])
        except FilterPatternError as error:
            raise _invalid(f"Invalid filter pattern: {error}.") from error
        events = [event for event in events if pattern.match(event["message"]) is not None]
    # AWS ignores `interleaved`: events of several streams always are.
    events.sort(key=lambda event: int(event["timestamp"]))
    token = params.get("nextToken") or "0"
    if not token.isdigit():
        raise _invalid("The specified nextToken is invalid.")
    begin = int(token)
    end = begin + (params.get("limit") or _MOST_EVENTS)
    # AWS has ended its list of searched streams, too: it is always empty.
    answer: dict[str, Any] = {"events": events[begin:end], "searchedLogStreams": []}
    return answer | ({"nextToken": str(end)} if end < len(events) else {})


def _streams(call: ApiCall) -> Collection[LogStream]:
    params = call.params
    name = params.get("logGroupName")
    group = logs_backends[call.account_id][call.region].groups.get(name)
    if group is None:
        raise ApiError("ResourceNotFoundException", "The specified log group does not exist.")
    names, prefix = params.get("logStreamNames"), params.get("logStreamNamePrefix")
    if names and prefix:
        raise _invalid("LogStreamNames and LogStreamNamePrefix exclude each other.")
    return [
        stream
        for name, stream in group.streams.items()
        if name.startswith(prefix or "") and (not names or name in names)
    ]


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidParameterException", message)
