"""The Step Functions operations on Map Runs."""

from __future__ import annotations

from typing import Any

from embedded_aws.gateway import ApiCall
from embedded_aws.stepfunctions.api.pages import page
from embedded_aws.stepfunctions.execution.machine_registry import MachineRegistry


class MapRunsApi:
    """Read and list Map Runs."""

    def __init__(self, registry: MachineRegistry) -> None:
        self._registry = registry

    def describe(self, call: ApiCall) -> dict[str, Any]:
        """DescribeMapRun."""
        return self._registry.get_map_run(call.params["mapRunArn"]).describe()

    def list(self, call: ApiCall) -> dict[str, Any]:
        """ListMapRuns: those of one execution, newest first."""
        execution = self._registry.get_execution(call.params["executionArn"])
        runs = self._registry.map_runs_of(execution.order.arn)
        shown, following = page(runs, call.params, largest=1000)
        return {"mapRuns": [run.list_item() for run in shown], **following}
