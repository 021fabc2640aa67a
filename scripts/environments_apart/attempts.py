"""What each role of an environment is allowed, as attempts on concrete resources."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from embedded_aws.iam.policy.context import Context
from embedded_aws.iam.policy.document import AccessRequest, Policy, compile_policy
from embedded_aws.iam.policy.evaluation import PrincipalPolicies, ResourcePolicies, evaluate
from embedded_aws.iam.policy.principals import Principal
from scripts.environments_apart.environments import ACCOUNT, Template
from scripts.environments_apart.resolved import Resolver
from scripts.iam_report.granted import listed, policies_of_roles

_HASH = re.compile(r"[0-9A-F]{8}$")
# What a wildcard of a statement may be in a resource's name, a tag or a parameter.
_SAMPLE = "sample"


@dataclass(frozen=True)
class Attempt:
    """One action on one resource, with the tags and parameters that its statement asks for."""

    action: str
    resource: str
    context: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Role:
    """A role of an environment.

    Attributes:
        label: "Workflows/TrainRole", the same in each environment.
    """

    label: str
    arn: str
    policies: tuple[Policy, ...]
    attempts: tuple[Attempt, ...]

    def may(self, attempt: Attempt) -> bool:
        """Return whether the role's policies allow an attempt."""
        request = AccessRequest(
            Principal(arn=self.arn, account=ACCOUNT),
            attempt.action,
            attempt.resource,
            Context(dict(attempt.context)),
        )
        return evaluate(request, PrincipalPolicies(self.policies), ResourcePolicies()).allowed


def roles_of(templates: Mapping[str, Template]) -> list[Role]:
    """Return the roles of an environment's templates that have policies."""
    resolver, found = Resolver(templates), []
    for stack, logical_id, policies in policies_of_roles(templates):
        documents = [resolver.resolve(place, policy) for place, policy in policies]
        attempts = [each for document in documents for each in _attempts(document)]
        found.append(
            Role(
                f"{stack.rpartition('-')[2].capitalize()}/{_HASH.sub('', logical_id)}",
                resolver.resolve(stack, {"Fn::GetAtt": [logical_id, "Arn"]}),
                tuple(compile_policy(json.dumps(document)) for document in documents),
                tuple(dict.fromkeys(attempts)),
            )
        )
    return found


def _attempts(document: Mapping[str, Any]) -> Iterator[Attempt]:
    for statement in listed(document["Statement"]):
        context = tuple(_context(statement))
        for resource in listed(statement["Resource"]):
            concrete = resource if resource == "*" else resource.replace("*", _SAMPLE)
            for action in listed(statement["Action"]):
                yield Attempt(action, concrete, context)


def _context(statement: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for operator, keys in statement.get("Condition", {}).items():
        if operator == "Null":  # asks for the key's absence
            continue
        for key, value in keys.items():
            yield key, str(listed(value)[0]).replace("*", _SAMPLE)
