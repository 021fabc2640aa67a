"""The operations on Map Runs."""

from __future__ import annotations

from typing import Any

from embedded_aws.gateway import ApiCall
from embedded_aws.stepfunctions.api.pages import page
from embedded_aws.stepfunctions.execution.machine_registry import MachineRegistry
from embedded_aws.stepfunctions.maps.map_run_registry import MapRunRegistry


class MapRunsApi:
    """Read and list Map Runs."""

    def __init__(self, registry: MachineRegistry, map_runs: MapRunRegistry) -> None:
        self._registry = registry
        self._map_runs = map_runs

    def describe(self, call: ApiCall) -> dict[str, Any]:
        """Answer DescribeMapRun."""
        return self._map_runs.get(call.params["mapRunArn"]).describe()

    def list(self, call: ApiCall) -> dict[str, Any]:
        """Answer ListMapRuns for one execution, newest first."""
        execution = self._registry.get_execution(call.params["executionArn"])
        runs = self._map_runs.of_execution(execution.order.arn)
        shown, following = page(runs, call.params, largest=1000)
        return {"mapRuns": [run.list_item() for run in shown], **following}
