"""Read what the containers of an endpoint log, and why one of them did not start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogluon_cli.framework.invocation import Invocation
from autogluon_contracts import names

if TYPE_CHECKING:
    from autogluon_client.executions.cloudwatch_logs import LogEvents
    from autogluon_client.executions.runs import RunRecord

# Containers log until SageMaker stops them, and logs arrive late.
_SECONDS_AFTER = 120.0
_LAST_LINES = 10


def endpoint_log(
    invocation: Invocation, predictor: str, *, since: float, until: float | None = None
) -> LogEvents:
    """Return the log of a predictor's endpoint between two moments, in Unix time.

    SageMaker names its log group after the endpoint, or after the component on a shared one, and
    streams `<variant>/<instance>`.
    """
    from autogluon_client.executions.cloudwatch_logs import LogEvents

    endpoint = invocation.connection.spec(predictor)["endpoint"] or {}
    if endpoint.get("component") is not None:
        group = names.component_log_group(names.component(invocation.environment, predictor))
    else:
        group = names.endpoint_log_group(invocation.connection.deployment.endpoint_name(predictor))
    return LogEvents(invocation.client("logs"), [group], "", since=since, until=until)


def log_of_promotion(invocation: Invocation, run: RunRecord) -> LogEvents:
    """Return what the endpoint's containers logged while a promotion changed the endpoint."""
    started = run.started.timestamp()
    until = None if run.seconds is None else started + run.seconds + _SECONDS_AFTER
    return endpoint_log(invocation, str(run.predictor), since=started, until=until)


def last_lines(invocation: Invocation, promotion: str) -> list[str]:
    """Return the last lines that the containers of a failed promotion logged.

    None where the caller may not read logs: they only explain a failure that is told anyway.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    from autogluon_client.executions.runs import find_run

    try:
        run = find_run(invocation.connection, promotion, workflows=("promote",))
        events = log_of_promotion(invocation, run).new()
    except (ClientError, BotoCoreError):
        return []
    return [event["message"].rstrip("\n") for event in events][-_LAST_LINES:]
