"""Sum up what a deployment would change, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogluon_cli.changes.permissions import permission_section
from autogluon_cli.changes.predictors import declared_specs, digests, predictor_sections
from autogluon_cli.changes.resources import resource_section
from autogluon_cli.changes.section import Change, Section
from autogluon_cli.changes.standing import standing_section
from autogluon_cli.changes.templates import StackTemplates, read_templates
from autogluon_cli.deployment.account import Account
from autogluon_cli.deployment.environment_stacks import (
    EnvironmentStacks,
    Stack,
    find_stacks_if_allowed,
    with_endpoint,
)
from autogluon_cli.deployment.undeclared_endpoints import describe_undeclared
from autogluon_cli.framework.invocation import Invocation
from autogluon_client.aws_errors import explain
from autogluon_client.errors import NotDeployedError, PermissionMissingError
from autogluon_contracts.names import MAIN_VARIANT, NO_MODEL, pascal_case

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
    existing = find_stacks_if_allowed(invocation)
    sections = [
        *_predictors(invocation, stacks, assembly, existing),
        *_undeclared(invocation, settings, existing),
    ]

    def is_live(predictor: str, variant: str) -> bool:
        spec = invocation.connection.spec(predictor)
        return variant in _live_variants(invocation, predictor, spec)

    standing = standing_section(
        stacks, {f"{pascal_case(name)}Endpoint": name for name in settings.predictors}, is_live
    )
    permissions = permission_section(stacks)
    sections += [section for section in (standing, permissions) if section is not None]
    for stack in stacks:
        found = resource_section(stack)
        sections += [] if found is None else [found]
    return sections


def _predictors(
    invocation: Invocation,
    stacks: Sequence[StackTemplates],
    assembly: Path,
    existing: EnvironmentStacks | None,
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
        live={name: _live_variants(invocation, name, deployed[name]) for name in changed},
        chosen={}
        if existing is None
        else {name: stack.parameters for name, stack in existing.endpoints.items()},
        command=invocation.command(_TRAIN),
    )


def _live_variants(
    invocation: Invocation, predictor: str, spec: Mapping[str, Any]
) -> frozenset[str]:
    """Return the variants that have a model; none where the main one has none."""
    variants = (MAIN_VARIANT, *((spec["endpoint"] or {}).get("variants") or ()))
    found = frozenset(
        name for name in variants if invocation.connection.live_model(predictor, name) != NO_MODEL
    )
    return found if MAIN_VARIANT in found else frozenset()


def _deployed_predictors(invocation: Invocation) -> tuple[str, ...]:
    try:
        return invocation.connection.deployment.predictors
    except NotDeployedError:
        return ()


def _undeclared(
    invocation: Invocation, settings: Environment, stacks: EnvironmentStacks | None
) -> Iterator[Section]:
    """Yield the endpoints whose stacks the CDK would forget."""
    found: list[Stack] = []
    if stacks is not None:
        found += stacks.undeclared(with_endpoint(settings))
        found += stacks.undeclared_shared(settings.shared_endpoints)
    changes = [
        Change(
            f"{_described(invocation, stack)} is no longer declared: agcdk deploy deletes it "
            "once you confirm; the models stay"
        )
        for stack in found
    ]
    if changes:
        yield Section("Endpoints", changes)


def _described(invocation: Invocation, stack: Stack) -> str:
    from botocore.exceptions import ClientError

    try:
        return describe_undeclared(invocation, stack)
    except ClientError as error:
        if isinstance(explain(error), PermissionMissingError):
            return f"the endpoint of {stack.name}"
        raise
