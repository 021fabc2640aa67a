"""Find the stacks of an environment that exist, whatever its settings declare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autogluon_cli.framework.invocation import Invocation
from autogluon_client.aws_errors import explain
from autogluon_client.errors import PermissionMissingError
from autogluon_contracts import names

if TYPE_CHECKING:
    from autogluon_constructs.settings import Environment

_DELETED = "DELETE_COMPLETE"


@dataclass(frozen=True)
class Stack:
    """A stack that exists.

    Attributes:
        parameters: as DescribeStacks answers; an SSM parameter is named, not read.
        predictor: whose endpoint the stack holds; None for the environment's other stacks.
        shared_endpoint: the endpoint that predictors share and the stack holds, by its name in the
            settings; None for other stacks.
    """

    name: str
    status: str
    parameters: Mapping[str, str]
    predictor: str | None = None
    shared_endpoint: str | None = None

    @property
    def holds_endpoint(self) -> bool:
        """Return whether it may go without the environment's other stacks."""
        return self.predictor is not None or self.shared_endpoint is not None


@dataclass(frozen=True)
class EnvironmentStacks:
    """The stacks of one environment that exist, in the order in which they were created."""

    environment: str
    stacks: tuple[Stack, ...]

    @property
    def endpoints(self) -> dict[str, Stack]:
        """Return the stacks of endpoints by their predictors."""
        return {stack.predictor: stack for stack in self.stacks if stack.predictor is not None}

    @property
    def left_unscaled(self) -> list[Stack]:
        """Return the stacks whose scaling is off, as a killed change of a type leaves it."""
        return [
            stack
            for stack in self.stacks
            if stack.parameters.get(names.SCALING_PARAMETER) == names.SCALING_OFF
        ]

    def parameters(self, stack_name: str) -> Mapping[str, str] | None:
        """Return a stack's parameters; None where it does not exist."""
        found = (stack.parameters for stack in self.stacks if stack.name == stack_name)
        return next(found, None)

    def undeclared(self, declared: Iterable[str]) -> list[Stack]:
        """Return the stacks of endpoints of other predictors than the declared ones.

        The CDK never deletes them: it no longer knows them.
        """
        known = set(declared)
        return [stack for name, stack in self.endpoints.items() if name not in known]

    def undeclared_shared(self, declared: Iterable[str]) -> list[Stack]:
        """Return the stacks of other shared endpoints than the declared ones."""
        known = {None, *declared}
        return [stack for stack in self.stacks if stack.shared_endpoint not in known]


def find_stacks(invocation: Invocation, cloudformation: Any = None) -> EnvironmentStacks:
    """Return the environment's stacks that exist.

    Args:
        cloudformation: the client to ask with. Default: the caller's.

    Raises:
        botocore.exceptions.ClientError: the caller may not describe stacks.
    """
    client = cloudformation or invocation.client("cloudformation")
    pages = client.get_paginator("describe_stacks").paginate()
    found = (_stack(entry, invocation.environment) for page in pages for entry in page["Stacks"])
    stacks = tuple(stack for stack in found if stack is not None)
    return EnvironmentStacks(invocation.environment, tuple(reversed(stacks)))


def find_stacks_if_allowed(
    invocation: Invocation, cloudformation: Any = None
) -> EnvironmentStacks | None:
    """Return the environment's stacks that exist; None where they may not be described.

    Args:
        cloudformation: the client to ask with. Default: the caller's.
    """
    from botocore.exceptions import ClientError

    try:
        return find_stacks(invocation, cloudformation)
    except ClientError as error:
        if isinstance(explain(error), PermissionMissingError):
            return None
        raise


def undeclared_stacks(invocation: Invocation) -> list[Stack]:
    """Return the stacks of endpoints, shared ones last, that the deployed settings do not declare.

    There are none where the caller may not describe stacks, as a person who only trains and
    predicts may not. Which endpoints are shared, an earlier release did not record.
    """
    found = find_stacks_if_allowed(invocation)
    if found is None:
        return []
    connection = invocation.connection
    declared = (
        name
        for name in connection.deployment.predictors
        if connection.spec(name)["endpoint"] is not None
    )
    shared = connection.deployment.shared_endpoints
    return [
        *found.undeclared(declared),
        *(() if shared is None else found.undeclared_shared(shared)),
    ]


def with_endpoint(settings: Environment) -> list[str]:
    """Return the predictors that the settings give an endpoint."""
    return [name for name, found in settings.predictors.items() if found.endpoint is not None]


def _stack(entry: dict[str, Any], environment: str) -> Stack | None:
    """Return a stack of the environment; None for another stack.

    An endpoint's stack names the parameter of its live model, which tells the environments `dev`
    and `dev-2` apart.
    """
    name, status = entry["StackName"], entry["StackStatus"]
    parameters = {
        found["ParameterKey"]: found["ParameterValue"] for found in entry.get("Parameters", [])
    }
    if status == _DELETED:
        return None
    if name in (
        names.foundation_stack(environment),
        names.workflows_stack(environment),
        names.delivery_stack(environment),
    ):
        return Stack(name, status, parameters)
    shared = _shared_endpoint(entry, environment)
    if shared is not None:
        return Stack(name, status, parameters, shared_endpoint=shared)
    pattern = names.live_model_parameter(re.escape(environment), "(?P<predictor>[^/]+)")
    for value in parameters.values():
        match = re.fullmatch(pattern, value)
        if match and name == names.endpoint_stack(environment, match["predictor"]):
            return Stack(name, status, parameters, match["predictor"])
    return None


def _shared_endpoint(entry: dict[str, Any], environment: str) -> str | None:
    """Return the shared endpoint that a stack holds, by its name in the settings.

    A stack whose creation failed has no outputs, but its template's description, which tells the
    environments `dev` and `dev-2` apart.
    """
    pattern = names.shared_endpoint_stack(re.escape(environment), "(?P<shared>.+)")
    match = re.fullmatch(pattern, entry["StackName"])
    if match is None:
        return None
    outputs = {each["OutputKey"]: each["OutputValue"] for each in entry.get("Outputs", [])}
    described = names.shared_endpoint_description(environment, match["shared"])
    known = match["shared"] == outputs.get(names.SHARED_ENDPOINT_OUTPUT)
    return match["shared"] if known or entry.get("Description") == described else None
