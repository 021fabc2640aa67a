"""The names of services in AWS SDK integrations, and their operations in botocore's models."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

import boto3
from moto.core.utils import get_service_model

_LEADING_ACRONYM = re.compile(r"^[A-Z]+(?=[A-Z][a-z]|$)")
# Step Functions names services as the Java SDK does; these have another name in Python.
_BOTO_SERVICES = {
    "applicationautoscaling": "application-autoscaling",
    "cloudwatchlogs": "logs",
    "costexplorer": "ce",
    "eventbridge": "events",
    "sagemakerruntime": "sagemaker-runtime",
    "sfn": "stepfunctions",
}
# Optimised integrations name services by their endpoint prefix.
_OPTIMISED_SERVICES = {"states": "stepfunctions"}


def boto_service(name: str) -> str:
    """Return boto3's name of an AWS SDK integration's service. Raises ValueError when unknown."""
    service = _BOTO_SERVICES.get(name, name)
    if service not in _boto_services():
        raise ValueError(f"unknown service '{name}'")
    return service


def optimised_service(name: str) -> str:
    """Return boto3's name of an optimised integration's service."""
    return _OPTIMISED_SERVICES.get(name, name)


def operation_of(service: str, action: str) -> Any:
    """Return the operation model of a camelCase action; raises KeyError when there is none."""
    model = get_service_model(service)
    names: Mapping[str, str] = {name.lower(): name for name in model.operation_names}
    return model.operation_model(names[action.lower()])


def member_name(name: str) -> str:
    """Return a member's name in states: `ExecutionArn` for `executionArn`; `ETag` stays."""
    name = name[:1].upper() + name[1:]
    return _LEADING_ACRONYM.sub(lambda match: match[0].capitalize(), name)


@functools.cache
def _boto_services() -> frozenset[str]:
    return frozenset(boto3.session.Session().get_available_services())
