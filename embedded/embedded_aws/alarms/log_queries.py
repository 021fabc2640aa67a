"""Refuse what moto's CloudWatch Logs accepts and does not do: most of Logs Insights.

Of a query, moto runs `fields` (names only), `sort` and `limit`; it ignored every other command.
"""

from __future__ import annotations

import re
from typing import Any

from moto.logs.models import logs_backends

from embedded_aws.gateway import ApiCall, ApiError, Operation

_COMMANDS = ("fields", "sort", "limit")
_FIELDS = re.compile(r"fields\s+[@\w.]+(\s*,\s*[@\w.]+)*", re.IGNORECASE)


def log_operations() -> dict[str, Operation]:
    """Return the handlers by operation."""
    return {"StartQuery": _start_query}


def _start_query(call: ApiCall) -> dict[str, Any]:
    params = call.params
    groups = params.get("logGroupNames") or [params.get("logGroupName")]
    given = [name for name in ("logGroupName", "logGroupNames") if params.get(name)]
    if len(given) != 1 or params.get("logGroupIdentifiers"):
        raise _unsupported("StartQuery without one of logGroupName and logGroupNames")
    if params.get("queryLanguage") not in (None, "CWLI"):
        raise _unsupported(f"StartQuery with queryLanguage {params['queryLanguage']}")
    _check_query(params["queryString"])
    limit = f" | limit {params['limit']}" if params.get("limit") else ""
    query_id = logs_backends[call.account_id][call.region].start_query(
        groups, params["startTime"], params["endTime"], params["queryString"] + limit
    )
    return {"queryId": str(query_id)}


def _check_query(query: str) -> None:
    """Refuse commands that would be ignored. Raises ApiError."""
    for part in query.split("|"):
        command = part.strip()
        word = command.split(None, 1)[0].lower() if command else ""
        if word not in _COMMANDS or (word == "fields" and not _FIELDS.fullmatch(command)):
            raise _unsupported(
                f"StartQuery with the command {command!r}; supported are fields (names only), "
                "sort and limit"
            )


def _unsupported(what: str) -> ApiError:
    return ApiError("NotImplemented", f"The embedded AWS does not support logs:{what}.", status=501)
