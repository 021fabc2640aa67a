"""Acknowledge a cdk-nag finding on the exact construct, with the exact id, by its bound."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from aws_cdk import Acknowledgment, Stack, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, finding: str, *, bound: str) -> None:
    """Accept one finding of the AwsSolutions pack below `construct`.

    `bound` says what limits the risk, not why the permission is needed.
    """
    acknowledge_all(construct, [(finding, bound)])


def acknowledge_all(construct: IConstruct, bounds: Iterable[tuple[str, str]]) -> None:
    """Accept findings of the AwsSolutions pack below `construct`, each with its bound.

    Together, because each call of the CDK goes to another process and back.
    """
    accepted = [
        Acknowledgment(id=f"AwsSolutions-{finding}", reason=bound) for finding, bound in bounds
    ]
    if accepted:
        Validations.of(construct).acknowledge(*accepted)


def wildcard_findings(construct: IConstruct, policies: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the ids under which cdk-nag reports the wildcards among each policy's resources."""
    resolved = Stack.of(construct).resolve([list(resources) for resources in policies])
    return [
        [
            f"IAM5[Resource::{resource}]"
            for resource in dict.fromkeys(map(_flatten, resources))
            if "*" in resource
        ]
        for resources in resolved
    ]


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
