"""What the templates of an environment grant to its roles."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autogluon_constructs.settings import load_environment
from embedded_aws.cloudformation.resources.physical_names import physical_name
from scripts.synthesized_app import synthesized_app

ROOT = Path(__file__).parents[2]
ENVIRONMENT = "sandbox"  # what the end-to-end tests deploy
_RANDOM = re.compile(r"-[A-Za-z0-9]{12}$")
_DIGEST = re.compile(r"[0-9a-f]{64}")  # of the container code, which changes often
_HASH = re.compile(r"[0-9A-F]{8}$")
Template = Mapping[str, Any]
Earlier = tuple[tuple[str, ...], int]  # the actions of a statement and its number of resources


@dataclass(frozen=True)
class Statement:
    """One Allow statement of a role, with its resources as the template writes them.

    Attributes:
        role: the role's physical name without its random end.
        label: "Workflows/TrainRole", for people.
        earlier: the role's statements before this one.
    """

    role: str
    label: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    earlier: tuple[Earlier, ...] = ()

    def place(self, action: str) -> tuple[int, int]:
        """Return what tells this statement apart from the others that grant `action`."""
        return place_of(action, len(self.resources), self.earlier)


def synthesized() -> dict[str, Template]:
    """Return the templates of the environment by the names of their stacks."""
    with synthesized_app(load_environment(ENVIRONMENT, ROOT / "config")) as (_, assembly):
        return {stack.stack_name: stack.template for stack in assembly.stacks}


def statements_of(templates: Mapping[str, Template]) -> list[Statement]:
    """Return all statements of all roles."""
    found: list[Statement] = []
    for stack, role_id, policies in policies_of_roles(templates):
        own: list[Statement] = []
        for _, policy in policies:
            for statement in listed(policy.get("Statement", [])):
                own.append(_statement(stack, role_id, statement, own))
        found += own
    return found


def policies_of_roles(
    templates: Mapping[str, Template],
) -> list[tuple[str, str, list[tuple[str, Mapping[str, Any]]]]]:
    """Return each role's stack, logical id, and policy documents with the stack of each."""
    roles = {
        logical_id: stack
        for stack, template in templates.items()
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == "AWS::IAM::Role"
    }
    found: dict[str, list[tuple[str, Mapping[str, Any]]]] = {logical_id: [] for logical_id in roles}
    for stack, template in templates.items():
        for logical_id, policy in _policies(template):
            for role in _roles_of(policy, roles, logical_id):
                found[role].append((stack, policy["PolicyDocument"]))
    return [(stack, role, found[role]) for role, stack in roles.items()]


def role_key(role_name: str) -> str:
    """Return a physical name without the random part that CloudFormation adds."""
    return _RANDOM.sub("", role_name)


def place_of(action: str, count: int, earlier: Sequence[Earlier]) -> tuple[int, int]:
    """Return a statement's number of resources, and how many earlier ones are as fit for `action`.

    So a recorded policy keeps its place in a template whose statements got further actions.
    """
    return count, sum(action in actions and count == size for actions, size in earlier)


def _statement(
    stack: str, role_id: str, raw: Mapping[str, Any], before: list[Statement]
) -> Statement:
    actions = tuple(listed(raw["Action"]))
    resources = tuple(
        _DIGEST.sub("<digest>", flat(resource)) for resource in listed(raw["Resource"])
    )
    earlier = tuple((each.actions, len(each.resources)) for each in before)
    name = role_key(physical_name(stack, role_id, max_length=64, charset=r"\w+=,.@-"))
    label = f"{stack.rpartition('-')[2].capitalize()}/{_HASH.sub('', role_id)}"
    return Statement(name, label, actions, resources, earlier)


def _policies(template: Template) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for logical_id, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] in {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"}:
            yield logical_id, properties
        elif resource["Type"] == "AWS::IAM::Role":
            for policy in properties.get("Policies", []):
                yield logical_id, policy


def _roles_of(
    policy: Mapping[str, Any], roles: Mapping[str, Any], logical_id: str
) -> Iterator[str]:
    """Give the logical ids of the roles that hold a policy, in this stack or another one."""
    if "Roles" not in policy:  # written into the role itself
        yield logical_id
        return
    for reference in policy["Roles"]:
        text = json.dumps(reference)
        yield next(role for role in roles if role in text)


def listed(value: Any) -> list[Any]:
    """Return a value that IAM writes as one or as a list."""
    return value if isinstance(value, list) else [value]


def flat(value: Any) -> str:
    """Return a value with its functions printed: `arn:<AWS::Partition>:s3:::<Bucket.Arn>`."""
    if not isinstance(value, Mapping):
        return str(value)
    [(function, argument)] = value.items()
    match function:
        case "Fn::Join":
            return str(argument[0]).join(flat(part) for part in argument[1])
        case "Fn::GetAtt":
            return f"<{'.'.join(argument)}>"
        case "Ref":
            return f"<{argument}>"
        case "Fn::ImportValue":
            return f"<{str(argument).partition(':ExportsOutput')[2] or argument}>"
    return f"<{function}>"
