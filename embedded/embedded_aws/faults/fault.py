"""Fault documents: which fault happens at which calls."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, ClassVar, Literal

import botocore.session
import yaml
from moto.core.utils import get_service_model

from autogluon_contracts.document import Document, DocumentError, key
from autogluon_contracts.suggestions import did_you_mean

Kind = Literal[
    "throttle",
    "internal-error",
    "unavailable",
    "resource-limit",
    "slow",
    "stale-list",
    "capacity",
    "spot-interruption",
    "fail-resource",
    "slow-resource",
    "lose",
    "duplicate",
    "reorder",
    "late-access-log",
]
# Names that policies and people use for botocore's.
_ALIASES = {"states": "stepfunctions", "monitoring": "cloudwatch", "runtime.sagemaker": "sagemaker"}
EVENT_DELIVERY, ACCESS_LOG_DELIVERY = "events:delivery", "s3:access-log"
_JOBS = ("CreateTrainingJob", "CreateProcessingJob", "CreateTransformJob")
_OWN_PLACES = {
    EVENT_DELIVERY: ("lose", "duplicate", "reorder"),
    ACCESS_LOG_DELIVERY: ("late-access-log",),
}
_PLACES: dict[str, tuple[str, ...]] = {
    "capacity": tuple(f"sagemaker:{name}" for name in (*_JOBS, "CreateEndpoint", "UpdateEndpoint")),
    "spot-interruption": ("sagemaker:CreateTrainingJob",),
    "stale-list": (
        *("stepfunctions:ListExecutions", "stepfunctions:ListStateMachines"),
        *("sagemaker:ListTrainingJobs", "sagemaker:ListProcessingJobs"),
        *("sagemaker:ListTransformJobs", "sagemaker:ListEndpoints", "sagemaker:ListModels"),
        *("sagemaker:ListEndpointConfigs", "sagemaker:ListModelPackages"),
    ),
}
# What a fault may ask for besides the call's own parameters: the type that is to be provisioned.
_ENDPOINT_TYPE = "InstanceType"
_PROVISIONING = ("sagemaker:CreateEndpoint", "sagemaker:UpdateEndpoint")
_RESOURCE_KINDS = ("fail-resource", "slow-resource")
_NEEDS_SECONDS = ("slow", "stale-list", "slow-resource", "reorder", "late-access-log")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault and the calls at which it happens."""

    at: str = key(
        "`service:Operation` with botocore's names, `*` for any operation; a resource type such as "
        "`AWS::S3::Bucket`; `events:delivery`; `s3:access-log`"
    )
    fault: Kind = key("what happens")
    where: dict[str, str] = key(
        "parameters of the call (`ResourceConfig.InstanceType`), properties of the resource or "
        "members of the event, each with a pattern (`*` and `?`)",
        factory=dict,
    )
    skip: int = key("matching calls that pass first", default=0, minimum=0)
    times: int | None = key("matching calls that fail then; null: all", default=None, minimum=1)
    probability: float = key(
        "how likely each of them fails, drawn with the document's seed",
        default=1.0,
        above=0,
        maximum=1,
    )
    seconds: float | None = key("how long it lasts or waits", default=None, minimum=0)
    message: str | None = key("the reason of fail-resource", default=None)
    line: str | None = key(
        "of spot-interruption: text in a line of the job's log at which it happens, in place of "
        "`seconds`",
        default=None,
        non_empty=True,
    )

    def matches(self, place: str, values: Any) -> bool:
        """Return whether a call, resource or event is one of this fault's."""
        if not fnmatchcase(place, canonical(self.at)):
            return False
        return all(
            any(fnmatchcase(_text(value), pattern) for value in _values(values, path.split(".")))
            for path, pattern in self.where.items()
        )

    def problems(self) -> Iterator[str]:
        """Return what is wrong with the fault besides its single keys."""
        place = canonical(self.at)
        yield from _place_problems(place, self.fault)
        if self.fault in _NEEDS_SECONDS and self.seconds is None:
            yield f"seconds: missing; {self.fault} needs it"
        if self.seconds is not None and self.fault not in (*_NEEDS_SECONDS, "spot-interruption"):
            yield f"seconds: {self.fault} does not take it"
        if self.message is not None and self.fault != "fail-resource":
            yield f"message: {self.fault} does not take it"
        if self.line is not None and self.fault != "spot-interruption":
            yield f"line: {self.fault} does not take it"
        if self.line is not None and self.seconds is not None:
            yield "line: given with seconds; give one of the two"
        by_type = self.fault == "capacity" and place in _PROVISIONING
        where = {k: v for k, v in self.where.items() if not (by_type and k == _ENDPOINT_TYPE)}
        yield from _where_problems(place, where)


@dataclass(frozen=True, kw_only=True)
class FaultDocument(Document):
    """The content of a `--fault` file."""

    NAME: ClassVar[str] = "fault document"
    ADVICE: ClassVar[str] = "docs/operations/embedded.md lists the keys."

    faults: tuple[Fault, ...] = key("the faults; the first that matches a call happens")
    seed: int = key("of the probabilities", default=0)

    def inconsistencies(self) -> Sequence[str]:
        """Return a sentence for each place, parameter or duration that does not exist."""
        return [
            f"faults[{position}].{problem}"
            for position, fault in enumerate(self.faults)
            for problem in fault.problems()
        ]


def read_fault_file(path: Path) -> FaultDocument:
    """Read a YAML or JSON file.

    Raises:
        DocumentError: it cannot be read, or is not a valid fault document.
    """
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise DocumentError(str(path), [f"cannot be read ({error})"]) from error
    return FaultDocument.from_json(value)


def canonical(place: str) -> str:
    """Return a place with botocore's service name: `stepfunctions:` for `states:`."""
    service, colon, operation = place.partition(":")
    if operation.startswith(":"):  # AWS::S3::Bucket
        return place
    return f"{_ALIASES.get(service, service)}{colon}{operation}"


def _place_problems(place: str, fault: str) -> Iterator[str]:
    is_resource = place.startswith("AWS::")
    if is_resource or fault in _RESOURCE_KINDS:
        if not is_resource or fault not in _RESOURCE_KINDS:
            yield f"fault: {fault} does not happen at {place}; resource types have " + " and ".join(
                _RESOURCE_KINDS
            )
        return
    if place in _OWN_PLACES or any(fault in kinds for kinds in _OWN_PLACES.values()):
        if fault not in _OWN_PLACES.get(place, ()):
            own = [name for name, kinds in _OWN_PLACES.items() if fault in kinds]
            where = ", ".join(own) or "calls"
            yield f"fault: {fault} does not happen at {place}; it happens at {where}"
        return
    yield from _operation_problems(place)
    places = _PLACES.get(fault)
    if places is not None and place not in places:
        yield f"fault: {fault} does not happen at {place}; it happens at {', '.join(places)}"


def _operation_problems(place: str) -> Iterator[str]:
    service, colon, operation = place.partition(":")
    if not colon:
        yield f'at: got "{place}"; allowed: service:Operation'
        return
    known = _services()
    if service not in known:
        yield f"at: unknown service {service}{did_you_mean(service, known)}"
        return
    operations = get_service_model(service).operation_names
    if not any(fnmatchcase(name, operation) for name in operations):
        yield f"at: unknown operation {place}{did_you_mean(operation, operations)}"


def _where_problems(place: str, where: dict[str, str]) -> Iterator[str]:
    service, _, operation = place.partition(":")
    if service not in _services() or place in _OWN_PLACES:
        return
    model = get_service_model(service)
    if operation not in model.operation_names:
        return  # a pattern: its operations have different parameters
    shape = model.operation_model(operation).input_shape
    known = list(shape.members) if shape is not None else []
    for path in where:
        name = path.partition(".")[0]
        if name not in known:
            yield f"where.{path}: unknown parameter of {place}{did_you_mean(name, known)}"


def _values(value: Any, path: list[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _values(item, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _values(value[path[0]], path[1:])


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


@functools.cache
def _services() -> frozenset[str]:
    return frozenset(botocore.session.get_session().get_available_services())
