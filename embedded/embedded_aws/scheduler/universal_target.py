"""Universal targets: `arn:aws:scheduler:::aws-sdk:<service>:<action>`, any action that changes."""

from __future__ import annotations

import functools
import json
import re
from typing import Any

import boto3
from botocore import xform_name
from botocore.validate import ParamValidator
from moto.core.utils import get_service_model

_ARN = re.compile(r"arn:aws:scheduler:::aws-sdk:([a-z0-9]+):([a-z][A-Za-z0-9]+)")
# The Scheduler names services as the Java SDK does; these have another name in Python, which it
# does not know.
_SERVICES = {
    "applicationautoscaling": "application-autoscaling",
    "cloudwatchlogs": "logs",
    "eventbridge": "events",
    "sagemakerruntime": "sagemaker-runtime",
    "sfn": "stepfunctions",
}
# Scheduler guide, "Using universal targets", "Unsupported actions": reads, by their beginning.
_READS = (
    "adminGet", "adminList", "batchDescribe", "batchGet", "batchRead", "describe", "discover",
    "get", "invokeModel", "isAuthorized", "list", "lookup", "poll", "query", "read", "receive",
    "retrieve", "scan", "search", "select", "testConnection", "testMigration", "transactGet",
    "translateDocument", "validate",
)  # fmt: skip


class UniversalTargetError(ValueError):
    """The ARN names no action that a schedule may call, or the input does not fit it."""


def is_universal(arn: str) -> bool:
    """Return whether an ARN is that of a universal target."""
    return arn.startswith("arn:aws:scheduler:::aws-sdk:")


def find_operation(arn: str) -> tuple[str, str]:
    """Return boto3's service and the operation's name. Raises UniversalTargetError."""
    found = _ARN.fullmatch(arn)
    service = _SERVICES.get(found[1], found[1]) if found else ""
    if found is None or found[1] in _SERVICES.values() or service not in _boto_services():
        raise UniversalTargetError(f"{arn} is not a service integration.")
    operation = found[2][:1].upper() + found[2][1:]
    if operation not in get_service_model(service).operation_names:
        raise UniversalTargetError(f"{arn} is not a supported api for Scheduler.")
    if found[2].startswith(_READS):
        raise UniversalTargetError(f"{arn}: read-only actions are not supported by Scheduler.")
    return service, operation


def check_input(service: str, operation: str, payload: str) -> None:
    """Refuse an input that the operation would refuse.

    Raises:
        UniversalTargetError: naming what is missing, unknown or of another type.
    """
    shape = get_service_model(service).operation_model(operation).input_shape
    members = _members(payload)
    if shape is None:
        return
    report = ParamValidator().validate(_fit(members, shape), shape)
    if report.has_errors():
        raise UniversalTargetError(report.generate_report().splitlines()[0])


def call_universal(client: Any, operation: str, payload: str) -> None:
    """Call an operation with a JSON input, whose members may begin with a capital.

    Raises:
        UniversalTargetError: the input is not a JSON object.
    """
    members = _members(payload)
    shape = client.meta.service_model.operation_model(operation).input_shape
    getattr(client, xform_name(operation))(**({} if shape is None else _fit(members, shape)))


def _members(payload: str) -> dict[str, Any]:
    try:
        members = json.loads(payload)
    except ValueError as error:
        raise UniversalTargetError(f"the input is not JSON: {error}") from error
    if not isinstance(members, dict):
        raise UniversalTargetError("the input is not a JSON object")
    return members


def _fit(value: Any, shape: Any) -> Any:
    """Spell the members of structures as the service's model does."""
    if shape.type_name == "structure" and isinstance(value, dict):
        names = {name.lower(): name for name in shape.members}
        fitted = {}
        for given, inner in value.items():
            name = names.get(given.lower(), given)
            fitted[name] = _fit(inner, shape.members[name]) if name in shape.members else inner
        return fitted
    if shape.type_name == "list" and isinstance(value, list):
        return [_fit(item, shape.member) for item in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {name: _fit(item, shape.value) for name, item in value.items()}
    return value


@functools.cache
def _boto_services() -> frozenset[str]:
    return frozenset(boto3.session.Session().get_available_services())
