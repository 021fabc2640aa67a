"""Register Step Functions' operations at the gateway."""

from __future__ import annotations

from embedded_aws.log_shipper import LogShipper
from embedded_aws.runtime import Runtime
from embedded_aws.stepfunctions.api.execution_metrics import ExecutionMetrics
from embedded_aws.stepfunctions.api.executions_api import ExecutionsApi
from embedded_aws.stepfunctions.api.map_runs_api import MapRunsApi
from embedded_aws.stepfunctions.api.state_machines_api import StateMachinesApi
from embedded_aws.stepfunctions.api.tried_states_api import TriedStatesApi
from embedded_aws.stepfunctions.execution.machine_registry import MachineRegistry
from embedded_aws.stepfunctions.library import moto_patches
from embedded_aws.stepfunctions.maps.map_run_registry import MapRunRegistry
from embedded_aws.stepfunctions.tasks.task_catalogue import task_service_for


def install(runtime: Runtime) -> None:
    """Answer the whole Step Functions API here; other operations are refused by name."""
    moto_patches.apply(task_service_for)
    registry, runs = MachineRegistry(), MapRunRegistry()
    machines = StateMachinesApi(runtime, registry)
    executions = ExecutionsApi(runtime, registry, runs, LogShipper(runtime))
    map_runs = MapRunsApi(registry, runs)
    ExecutionMetrics(runtime)
    runtime.gateway.register_service(
        "stepfunctions",
        {
            "CreateStateMachine": machines.create,
            "UpdateStateMachine": machines.update,
            "DescribeStateMachine": machines.describe,
            "ListStateMachines": machines.list,
            "DeleteStateMachine": machines.delete,
            "ValidateStateMachineDefinition": machines.validate,
            "TagResource": machines.tag,
            "UntagResource": machines.untag,
            "ListTagsForResource": machines.list_tags,
            "StartExecution": executions.start,
            "StopExecution": executions.stop,
            "RedriveExecution": executions.redrive,
            "DescribeExecution": executions.describe,
            "DescribeStateMachineForExecution": executions.describe_machine,
            "ListExecutions": executions.list,
            "GetExecutionHistory": executions.history,
            "TestState": TriedStatesApi(runtime).answer,
            "DescribeMapRun": map_runs.describe,
            "ListMapRuns": map_runs.list,
            "SendTaskSuccess": executions.task_success,
            "SendTaskFailure": executions.task_failure,
            "SendTaskHeartbeat": executions.task_heartbeat,
        },
    )

    runtime.kept.keep("stepfunctions.machines", registry)
    runtime.kept.keep("stepfunctions.map_runs", runs)
    executions.let_refer()
    runtime.kept.activities.append(
        lambda: [f"execution {item.order.arn.split(':', 6)[6]}" for item in registry.running()]
    )

    def stop_running() -> None:
        for execution in registry.running():
            execution.stop(error=None, cause="The embedded AWS is shutting down.")

    runtime.on_close.append(stop_running)
