"""Log runs to an MLflow tracking server, by its REST API 2.0."""

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

from autogluon_lambdas.ports import TrackedRun, TrackingError

# The function ends after two minutes, and a slow server must not take the run with it.
_TIMEOUT_SECONDS, _IN_ALL_SECONDS = 15, 45
# MLflow's limits of one LogBatch request.
_MOST_PER_REQUEST = 100
_RUN_TAG = "autogluon.run"


class MlflowServer:
    """A `Tracker` over HTTP, for one run.

    Args:
        address: such as `https://mlflow.example.com`.
    """

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")
        self._until = time.monotonic() + _IN_ALL_SECONDS

    def log(self, run: TrackedRun) -> str:
        """Log a run that has ended, and return its page; one that was logged before stays.

        Raises TrackingError where the server does not answer as MLflow does, or refuses.
        """
        try:
            experiment = self._experiment(run.experiment)
            found = self._logged(experiment, run.job_name)
            if found is None:
                found = self._log(experiment, run)
        except (AttributeError, LookupError, TypeError) as error:
            # Another service, such as a proxy that asks people to sign in.
            raise TrackingError(f"{self._address} does not answer as MLflow does.") from error
        return f"{self._address}/#/experiments/{experiment}/runs/{found}"

    def _experiment(self, name: str) -> str:
        query = urllib.parse.urlencode({"experiment_name": name})
        found = self._call("GET", f"experiments/get-by-name?{query}", absent_is_none=True)
        if found is None:
            found = {"experiment": self._call("POST", "experiments/create", {"name": name})}
        return str(found["experiment"]["experiment_id"])

    def _logged(self, experiment: str, job_name: str) -> str | None:
        """Return the id of the job's run: a function that is retried logs it once."""
        request = {
            "experiment_ids": [experiment],
            "filter": f"tags.`{_RUN_TAG}` = '{job_name}' AND attributes.status = 'FINISHED'",
            "max_results": 1,
        }
        runs = self._call("POST", "runs/search", request).get("runs", [])
        return str(runs[0]["info"]["run_id"]) if runs else None

    def _log(self, experiment: str, run: TrackedRun) -> str:
        ended = int(time.time() * 1000)
        created = self._call(
            "POST",
            "runs/create",
            {
                "experiment_id": experiment,
                "run_name": run.name,
                "start_time": ended - int(run.seconds * 1000),
            },
        )
        run_id = str(created["run"]["info"]["run_id"])
        metrics = [
            {"key": key, "value": value, "timestamp": ended, "step": 0}
            for key, value in run.metrics.items()
        ]
        tags = _pairs({**run.tags, _RUN_TAG: run.job_name})
        parts: dict[str, list[Any]] = {
            "params": _pairs(run.parameters),
            "metrics": metrics,
            "tags": tags,
        }
        for kind, entries in parts.items():
            for start in range(0, len(entries), _MOST_PER_REQUEST):
                some = entries[start : start + _MOST_PER_REQUEST]
                self._call("POST", "runs/log-batch", {"run_id": run_id, kind: some})
        finished = {"run_id": run_id, "status": "FINISHED", "end_time": ended}
        self._call("POST", "runs/update", finished)
        return run_id

    def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        absent_is_none: bool = False,
    ) -> Any:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TrackingError(f"{self._address} took more than {_IN_ALL_SECONDS} seconds.")
        request = urllib.request.Request(  # noqa: S310 - the settings allow http and https only
            f"{self._address}/api/2.0/mlflow/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(  # noqa: S310
                request, timeout=min(_TIMEOUT_SECONDS, left)
            ) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code == 404 and absent_is_none:
                return None
            raise TrackingError(f"{self._address} answered {error.code}: {_said(error)}") from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            raise TrackingError(f"{self._address} cannot be reached: {reason}.") from error


def _pairs(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in values.items()]


def _said(error: urllib.error.HTTPError) -> str:
    """Return MLflow's sentence, or the status's where something else answered."""
    try:
        return str(json.load(error)["message"])[:300]
    except (ValueError, KeyError, TypeError, OSError):
        return f"{error.reason}."
