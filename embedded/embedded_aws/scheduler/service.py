"""Register EventBridge Scheduler's operations at the gateway."""

from __future__ import annotations

from embedded_aws.runtime import Runtime
from embedded_aws.scheduler.invocations import Invocations
from embedded_aws.scheduler.schedules import Groups
from embedded_aws.scheduler.schedules_api import SchedulesApi


def install(runtime: Runtime) -> None:
    """Answer the whole Scheduler here."""
    groups = Groups(runtime.account_id, runtime.clock.now())
    api = SchedulesApi(runtime, groups, Invocations(runtime, groups))
    runtime.kept.keep("scheduler.groups", groups, "_regions")
    runtime.kept.on_restore.append(api.resume)
    runtime.gateway.register_service("scheduler", api.operations())
