"""Acknowledge a cdk-nag finding on the exact construct, with the exact id, by its bound."""

import json
from collections.abc import Iterable
from typing import Any

from aws_cdk import Acknowledgment, Stack, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, finding: str, *, bound: str) -> None:
    """Accept one finding of the AwsSolutions pack below `construct`.

    `bound` says what limits the risk, not why the permission is needed.
    """
    Validations.of(construct).acknowledge(
        Acknowledgment(id=f"AwsSolutions-{finding}", reason=bound)
    )


def acknowledge_wildcards(construct: IConstruct, resources: Iterable[str], *, bound: str) -> None:
    """Accept the wildcards among `resources` of a policy below `construct`."""
    for finding in wildcard_findings(construct, resources):
        acknowledge(construct, finding, bound=bound)


def wildcard_findings(construct: IConstruct, resources: Iterable[str]) -> list[str]:
    """Return the ids under which cdk-nag reports the wildcards among `resources`."""
    stack = Stack.of(construct)
    flat = (_flatten(stack.resolve(resource)) for resource in resources)
    return [f"IAM5[Resource::{resource}]" for resource in dict.fromkeys(flat) if "*" in resource]


def _flatten(reference: Any) -> str:
    """Return an ARN as cdk-nag's `flattenCfnReference` does, which compares ids literally."""
    if isinstance(reference, str):
        return reference.replace("${", "<").replace("}", ">")
    [(function, argument)] = reference.items()
    match function:
        case "Fn::Join":
            separator, parts = argument
            return str(separator).join(_flatten(part) for part in parts)
        case "Fn::GetAtt":
            return f"<{'.'.join(argument)}>"
        case "Fn::ImportValue" | "Fn::Sub":
            return _flatten(argument)
        case "Ref":
            return f"<{argument}>"
    return json.dumps(reference, separators=(",", ":"))
