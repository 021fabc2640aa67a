"""Check a Task's Resource, and the arguments that its definition spells out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from embedded_aws.stepfunctions.definitions.problems import Problem, schema
from embedded_aws.stepfunctions.definitions.values import check_required
from embedded_aws.stepfunctions.library.integration_fields import (
    find_field_problems,
    is_optimised,
)


def check_task(state: dict[str, Any], where: str, language: str) -> Iterator[Problem]:
    """Yield the problems of a Task state's Resource and arguments."""
    yield from check_required(state, ["Resource"], where)
    if "Resource" not in state:
        return
    resource = state["Resource"]
    if not isinstance(resource, str) or not resource.startswith("arn:"):
        yield schema("Value is not a valid resource ARN", f"{where}/Resource")
        return
    field = "Arguments" if language == "JSONata" else "Parameters"
    if field not in state:
        if is_optimised(resource):
            name = resource.partition(":::")[2]
            yield schema(
                f"{field} field is required for resource ARN: arn:aws:states:::{name}", where
            )
        return
    is_template = language == "JSONPath"
    for problem in find_field_problems(resource, state[field], is_template=is_template):
        yield schema(problem.message, f"{where}/{field}")
