"""Decides for each call, resource and event whether a fault happens, and which."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from embedded_aws.activity_log import ActivityLog
from embedded_aws.faults import service_errors
from embedded_aws.faults.fault import Fault, FaultDocument
from embedded_aws.gateway import ApiCall, ApiError

# At a call itself; the others are asked for by the service whose work they disturb.
_AT_CALLS = ("throttle", "internal-error", "unavailable", "resource-limit", "slow", "stale-list")
_CREATED = ("CreationTime", "creationDate", "startDate")


@dataclass
class Planned:
    """A fault and how often it was asked for and happened."""

    fault: Fault
    seen: int = 0
    happened: int = 0


class Faults:
    """The faults of one embedded AWS; the first that matches a call happens.

    Example:
        >>> aws.faults.add(Fault(at="sagemaker:CreateTrainingJob", fault="throttle", times=1))
    """

    def __init__(self, log: ActivityLog) -> None:
        self._log = log
        self._planned: list[Planned] = []
        self._random = random.Random(0)  # noqa: S311 - no secret
        self._lock = threading.Lock()

    def add(self, *faults: Fault) -> None:
        """Plan faults. Raises DocumentError when one is not valid."""
        checked = FaultDocument.from_json(
            {"version": FaultDocument.VERSION} | FaultDocument(faults=faults).to_json()
        )
        with self._lock:
            self._planned += [Planned(fault) for fault in checked.faults]

    def load(self, document: FaultDocument) -> None:
        """Plan a document's faults, and draw probabilities with its seed from now on."""
        with self._lock:
            self._planned += [Planned(fault) for fault in document.faults]
            self._random.seed(document.seed)

    def clear(self) -> int:
        """Forget all faults; returns how many there were."""
        with self._lock:
            count = len(self._planned)
            self._planned.clear()
        return count

    def planned(self) -> list[Planned]:
        """Return the faults with their counts."""
        with self._lock:
            return [Planned(item.fault, item.seen, item.happened) for item in self._planned]

    def take(self, place: str, values: Mapping[str, Any], kinds: Collection[str]) -> Fault | None:
        """Return the fault of one of these kinds that happens now, and count it.

        Args:
            place: `sagemaker:CreateTrainingJob`, `AWS::S3::Bucket`, `events:delivery`.
            values: the call's parameters, the resource's properties, or the event.
        """
        with self._lock:
            for item in self._planned:
                fault = item.fault
                if fault.fault not in kinds or not fault.matches(place, values):
                    continue
                item.seen += 1
                if item.seen <= fault.skip:
                    continue
                if fault.times is not None and item.happened >= fault.times:
                    continue
                if fault.probability < 1 and self._random.random() >= fault.probability:
                    continue
                item.happened += 1
                break
            else:
                return None
        self._log.event("fault", f"{fault.fault} at {place}")
        return fault

    def before_call(self, call: ApiCall) -> None:
        """Answer a call with its fault, if it has one; raises ApiError."""
        if not self._planned:
            return
        kinds = [kind for kind in _AT_CALLS if kind != "stale-list"]
        fault = self.take(f"{call.service}:{call.operation}", call.params, kinds)
        if fault is None:
            return
        if fault.fault == "slow":
            time.sleep(fault.seconds or 0)
            return
        raise _error(fault.fault, call)

    def after_call(self, call: ApiCall, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the answer of a list as it was some seconds ago, if it has that fault."""
        if not self._planned:
            return answer
        fault = self.take(f"{call.service}:{call.operation}", call.params, ["stale-list"])
        if fault is None:
            return answer
        newest = datetime.now(UTC) - timedelta(seconds=fault.seconds or 0)
        return {
            name: [item for item in value if _is_older(item, newest)]
            if isinstance(value, list)
            else value
            for name, value in answer.items()
        }


def _error(kind: str, call: ApiCall) -> ApiError:
    if kind == "throttle":
        return service_errors.throttle(call.service)
    if kind == "internal-error":
        return service_errors.internal_error(call.service)
    if kind == "unavailable":
        return service_errors.unavailable(call.service)
    return service_errors.resource_limit(call.service, call.operation, _instance_type(call.params))


def _instance_type(value: Any) -> str | None:
    """Return the first `InstanceType` anywhere in a request."""
    if isinstance(value, dict):
        if isinstance(value.get("InstanceType"), str):
            return str(value["InstanceType"])
        value = list(value.values())
    if isinstance(value, list):
        return next((found for item in value if (found := _instance_type(item))), None)
    return None


def _is_older(item: Any, newest: datetime) -> bool:
    if not isinstance(item, dict):
        return True
    created = next((item[name] for name in _CREATED if name in item), None)
    return not isinstance(created, datetime) or created <= newest
