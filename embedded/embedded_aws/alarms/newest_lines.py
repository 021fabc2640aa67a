"""Keep the newest lines of each log stream: memory must not follow an endpoint's invocations."""

from __future__ import annotations

from moto.logs.models import logs_backends

from embedded_aws.gateway import ApiCall
from embedded_aws.runtime import Runtime

MOST_LINES = 10_000


def keep_newest_lines(runtime: Runtime) -> None:
    """Forget the oldest lines of a stream that has had more than `MOST_LINES`."""
    runtime.gateway.on_call(_heard)


def _heard(call: ApiCall, status: int) -> None:
    if (call.service, call.operation) != ("logs", "PutLogEvents") or status >= 300:
        return
    group = logs_backends[call.account_id][call.region].groups.get(call.params["logGroupName"])
    stream = None if group is None else group.streams.get(call.params["logStreamName"])
    if stream is not None:
        del stream.events[:-MOST_LINES]
