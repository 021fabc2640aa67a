"""The registry of all Map Runs, by their ARN and by their execution."""

from __future__ import annotations

from embedded_aws.gateway import ApiError
from embedded_aws.stepfunctions.maps.map_run import MapRun


class MapRunRegistry:
    """Finds Map Runs, and fails as Step Functions does when there is none."""

    def __init__(self) -> None:
        self._runs: dict[str, MapRun] = {}

    def add(self, run: MapRun) -> None:
        """Add a Map Run."""
        self._runs[run.arn] = run

    def get(self, arn: str) -> MapRun:
        """Return a Map Run. Raises ApiError ResourceNotFound."""
        if arn not in self._runs:
            raise ApiError("ResourceNotFound", f"Resource not found: '{arn}'")
        return self._runs[arn]

    def of_execution(self, execution_arn: str) -> list[MapRun]:
        """Return an execution's Map Runs, newest first."""
        found = [run for run in self._runs.values() if run.execution_arn == execution_arn]
        return found[::-1]
