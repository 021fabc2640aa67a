"""Compute which resources a resource depends on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from embedded_aws.cloudformation.errors import validation_error
from embedded_aws.cloudformation.template.intrinsics import split_get_att, sub_variables
from embedded_aws.cloudformation.template.template import ResourceDefinition


def referenced_names(value: Any, conditions: Mapping[str, bool]) -> Iterator[str]:
    """Return the resources and parameters that `value` refers to in branches taken."""
    if isinstance(value, list):
        for item in value:
            yield from referenced_names(item, conditions)
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if key == "Ref" and len(value) == 1:
            yield str(item)
        elif key == "Fn::GetAtt":
            yield split_get_att(item)[0]
        elif key == "Fn::If" and isinstance(item, list) and len(item) == 3:
            taken = item[1] if conditions.get(item[0], True) else item[2]
            yield from referenced_names(taken, conditions)
        else:
            if key == "Fn::Sub":
                yield from (name.split(".", 1)[0] for name in sub_variables(item))
            yield from referenced_names(item, conditions)


def named_conditions(value: Any) -> Iterator[str]:
    """Return the conditions that `value` asks for, in all branches."""
    if isinstance(value, list):
        for item in value:
            yield from named_conditions(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "Fn::If" and isinstance(item, list) and item and isinstance(item[0], str):
                yield item[0]
            yield from named_conditions(item)


def dependencies_of(
    resources: Mapping[str, ResourceDefinition],
    conditions: Mapping[str, bool],
    other_names: Collection[str],
) -> dict[str, set[str]]:
    """Return, for each active resource, the active resources that it depends on.

    Args:
        resources: resources whose condition holds.
        other_names: parameters and pseudo parameters.

    Raises:
        ApiError: ValidationError for references to nothing and for circular dependencies.
    """
    found: dict[str, set[str]] = {}
    unresolved: set[str] = set()
    for logical_id, resource in resources.items():
        names = set(referenced_names(resource.properties, conditions)) - set(other_names)
        unresolved |= names - set(resources)
        # A DependsOn on a resource left out by its condition is ignored.
        found[logical_id] = (names | set(resource.depends_on)) & set(resources)
    if unresolved:
        raise validation_error(
            "Template format error: Unresolved resource dependencies "
            f"[{', '.join(sorted(unresolved))}] in the Resources block of the template"
        )
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        cycle = sorted(set(error.args[1]))
        raise validation_error(
            f"Circular dependency between resources: [{', '.join(cycle)}]"
        ) from error
    return found


def reversed_dependencies(dependencies: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return, for each resource, those that must be deleted before it."""
    result: dict[str, set[str]] = {name: set() for name in dependencies}
    for name, needed in dependencies.items():
        for other in needed & set(dependencies):
            result[other].add(name)
    return result
