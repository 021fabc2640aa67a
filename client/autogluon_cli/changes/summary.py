"""Sum up what a deployment would change, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogluon_cli.changes.permissions import permission_section
from autogluon_cli.changes.predictors import declared_specs, digests, predictor_sections
from autogluon_cli.changes.resources import resource_section
from autogluon_cli.changes.section import Change, Section
from autogluon_cli.changes.templates import StackTemplates, read_templates
from autogluon_cli.deployment.account import Account
from autogluon_cli.deployment.environment_stacks import find_stacks_if_allowed, with_endpoint
from autogluon_cli.deployment.undeclared_endpoints import describe_undeclared
from autogluon_cli.framework.invocation import Invocation
from autogluon_client.aws_errors import explain
from autogluon_client.errors import NotDeployedError, PermissionMissingError
from autogluon_contracts.names import NO_MODEL

if TYPE_CHECKING:
    from autogluon_constructs.settings import Environment

_TRAIN = "train {predictor} FILE"


def summarize_changes(
    invocation: Invocation, settings: Environment, account: Account, assembly: Path
) -> list[Section] | None:
    """Return what deploying a cloud assembly would change; empty where it is nothing.

    Args:
        settings: what the assembly was synthesized from.
        assembly: the CDK's output folder.

    Returns:
        None where the deployed templates cannot be read: neither caller nor the CDK may.
    """
    stacks = read_templates(invocation, account, assembly)
    if stacks is None:
        return None
    sections = [*_predictors(invocation, stacks, assembly), *_undeclared(invocation, settings)]
    permissions = permission_section(stacks)
    sections += [] if permissions is None else [permissions]
    for stack in stacks:
        found = resource_section(stack)
        sections += [] if found is None else [found]
    return sections


def _predictors(
    invocation: Invocation, stacks: Sequence[StackTemplates], assembly: Path
) -> list[Section]:
    """Return what changes of the predictors; only those are read whose digest differs."""
    before, after = digests(stacks)
    if not before and any(stack.before is not None for stack in stacks):
        # Deployed by a release that had a resource for each, in Foundation.
        before = dict.fromkeys(_deployed_predictors(invocation), "")
    changed = [name for name in before if name in after and before[name] != after[name]]
    connection = invocation.connection
    deployed: dict[str, Mapping[str, Any]] = {name: connection.spec(name) for name in changed}
    deployed |= {name: {} for name in before if name not in after}
    declared = declared_specs(stacks, assembly)
    return predictor_sections(
        deployed,
        {name: spec for name, spec in declared.items() if name in deployed or name not in before},
        live={name: connection.live_model(name) != NO_MODEL for name in changed},
        command=invocation.command(_TRAIN),
    )


def _deployed_predictors(invocation: Invocation) -> tuple[str, ...]:
    try:
        return invocation.connection.deployment.predictors
    except NotDeployedError:
        return ()


def _undeclared(invocation: Invocation, settings: Environment) -> Iterator[Section]:
    """Yield the endpoints whose stacks the CDK would forget."""
    stacks = find_stacks_if_allowed(invocation)
    found = [] if stacks is None else stacks.undeclared(with_endpoint(settings))
    changes = [
        Change(
            f"{_described(invocation, stack)} is no longer declared: agcdk deploy asks, then "
            "deletes it; its models stay"
        )
        for stack in found
    ]
    if changes:
        yield Section("Endpoints", changes)


def _described(invocation: Invocation, stack: Any) -> str:
    from botocore.exceptions import ClientError

    try:
        return describe_undeclared(invocation, stack)
    except ClientError as error:
        if isinstance(explain(error), PermissionMissingError):
            return f"the endpoint of {stack.name}"
        raise
