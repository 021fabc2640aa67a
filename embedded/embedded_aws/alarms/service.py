"""Register the operations of alarms and log groups; the rest of CloudWatch is moto's."""

from __future__ import annotations

from embedded_aws.alarms.alarm import Alarms
from embedded_aws.alarms.alarms_api import AlarmsApi
from embedded_aws.alarms.evaluator import Evaluator
from embedded_aws.alarms.log_encryption import encryption_operations
from embedded_aws.alarms.log_events import event_operations
from embedded_aws.alarms.log_queries import log_operations
from embedded_aws.alarms.metric_filters import MetricFilters
from embedded_aws.alarms.newest_lines import keep_newest_lines
from embedded_aws.alarms.transitions import Transitions
from embedded_aws.runtime import Runtime


def install(runtime: Runtime) -> None:
    """Answer for alarms here, and evaluate them."""
    alarms = Alarms()
    transitions = Transitions(runtime, alarms)
    evaluator = Evaluator(runtime, alarms, transitions)
    for operation, handler in (
        AlarmsApi(runtime, alarms, transitions, evaluator).operations().items()
    ):
        runtime.gateway.register("cloudwatch", operation, handler)
    filters = MetricFilters(runtime)
    runtime.kept.keep("alarms.alarms", alarms, "_regions")
    runtime.kept.keep("alarms.metric_filters", filters, "_filters")
    runtime.kept.on_restore.append(evaluator.resume)
    keep_newest_lines(runtime)
    logs = filters.operations() | log_operations() | encryption_operations() | event_operations()
    for operation, handler in logs.items():
        runtime.gateway.register("logs", operation, handler)
