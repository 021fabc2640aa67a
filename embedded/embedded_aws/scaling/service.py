"""Install Application Auto Scaling."""

from __future__ import annotations

from embedded_aws.gateway import ApiCall
from embedded_aws.runtime import Runtime
from embedded_aws.scaling.activities_api import ActivitiesApi
from embedded_aws.scaling.alarm_reaction import AlarmReaction
from embedded_aws.scaling.capacity_changes import CapacityChanges
from embedded_aws.scaling.policies_api import PoliciesApi
from embedded_aws.scaling.registry import Registries
from embedded_aws.scaling.schedules_api import SchedulesApi
from embedded_aws.scaling.service_role import ServiceRole
from embedded_aws.scaling.targets_api import TargetsApi


def install(runtime: Runtime) -> None:
    """Replace all of moto's Application Auto Scaling, and carry out alarms' scaling policies."""
    registries, role = Registries(), ServiceRole(runtime)
    changes = CapacityChanges(runtime, role)
    targets = TargetsApi(runtime, registries, changes, role)
    schedules = SchedulesApi(runtime, registries, changes)
    runtime.kept.keep("scaling.registries", registries, "_regions")
    runtime.kept.on_restore.append(schedules.resume)
    operations = {
        **targets.operations(),
        **PoliciesApi(runtime, registries, role).operations(),
        **schedules.operations(),
        **ActivitiesApi(registries).operations(),
    }
    runtime.gateway.register_service("application-autoscaling", operations)
    reaction = AlarmReaction(runtime, registries, changes, role)
    runtime.alarm_actions.register("arn:aws:autoscaling:", reaction)

    def forget_deleted(call: ApiCall, status: int) -> None:
        if call.service != "sagemaker" or status != 200:
            return
        if call.operation == "DeleteEndpoint":
            targets.forget_endpoint(call.region, call.params["EndpointName"])
        elif call.operation == "DeleteInferenceComponent":
            targets.forget_component(call.region, call.params["InferenceComponentName"])

    runtime.gateway.on_call(forget_deleted)
