"""Say which permissions a deployment would widen or narrow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_cli.changes.section import Change, Section
from autogluon_cli.changes.templates import StackTemplates
from autogluon_cli.changes.values import plain_name, text_of

_OF_ROLES = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
_ROLE = "AWS::IAM::Role"
_ALSO = ("AWS::Lambda::Permission",)
DOCUMENTS = (
    "PolicyDocument",
    "KeyPolicy",
    "ResourcePolicy",
    "RepositoryPolicyText",
    "AssumeRolePolicyDocument",
)
"""Properties that are policies."""
KINDS = (*_OF_ROLES, *_ALSO)
"""Resources that hold permissions and nothing else."""
_VERBS = {
    ("wider", "Allow"): "may",
    ("wider", "Deny"): "is no longer denied",
    ("narrower", "Allow"): "may no longer",
    ("narrower", "Deny"): "is denied",
}


@dataclass(frozen=True)
class _Grant:
    """One action that a policy allows or denies."""

    who: str
    effect: str
    action: str
    resource: str
    condition: str

    @property
    def about(self) -> tuple[str, str, str, str]:
        return self.who, self.effect, self.resource, self.condition


def permission_section(stacks: Iterable[StackTemplates]) -> Section | None:
    """Return what changes in policies of roles and of resources; None where nothing does.

    Stacks that are new are left out: all their roles are new.
    """
    wider: list[_Grant] = []
    narrower: list[_Grant] = []
    for stack in stacks:
        if stack.before is None:
            continue
        before, after = ({*_grants(found)} for found in stack.resources())
        for grant in (*(after - before), *(before - after)):
            widens = (grant in after) is (grant.effect == "Allow")
            (wider if widens else narrower).append(grant)
    changes = [*_told("wider", wider), *_told("narrower", narrower)]
    return Section("Permissions", changes) if changes else None


def _told(word: str, grants: Iterable[_Grant]) -> Iterator[Change]:
    together: dict[tuple[str, str, str, str], list[str]] = {}
    for grant in sorted(grants, key=lambda each: (*each.about, each.action)):
        together.setdefault(grant.about, []).append(grant.action)
    for (who, effect, resource, condition), actions in together.items():
        verb = _VERBS[word, effect]
        only = f" where {condition}" if condition else ""
        yield Change(f"{word}: {who} {verb} {', '.join(actions)} on {resource}{only}")


def _grants(resources: Mapping[str, Any]) -> Iterator[_Grant]:
    for logical_id, resource in resources.items():
        kind, properties = resource["Type"], resource.get("Properties", {})
        name = plain_name(logical_id)
        if kind == "AWS::Lambda::Permission":
            function = text_of(properties["FunctionName"])
            condition = text_of(properties["SourceArn"]) if "SourceArn" in properties else ""
            who, action = text_of(properties["Principal"]), str(properties["Action"])
            yield _Grant(who, "Allow", action, function, condition and f"it is for {condition}")
            continue
        holder = _holder(kind, name, properties)
        for key in DOCUMENTS:
            for statement in _statements(properties.get(key)):
                yield from _of_statement(statement, holder, name)
        if kind == _ROLE:
            for policy in properties.get("Policies", ()):
                for statement in _statements(policy["PolicyDocument"]):
                    yield from _of_statement(statement, name, name)
            for managed in properties.get("ManagedPolicyArns", ()):
                yield _Grant(name, "Allow", "*", f"(policy {text_of(managed)})", "")


def _holder(kind: str, name: str, properties: Mapping[str, Any]) -> str | None:
    """Return who a policy is for; None where its statements name principals."""
    if kind not in _OF_ROLES:
        return None
    roles = properties.get("Roles") or ()
    return ", ".join(text_of(role).strip("${}") for role in roles) or name


def _statements(document: Any) -> list[Any]:
    if not isinstance(document, Mapping):
        return []
    found = document.get("Statement", [])
    return found if isinstance(found, list) else [found]


def _of_statement(statement: Any, who: str | None, name: str) -> Iterator[_Grant]:
    if not isinstance(statement, Mapping) or "Effect" not in statement:
        return
    condition = statement.get("Condition")
    only = "" if condition is None else json.dumps(_plain(condition), sort_keys=True)
    holders = [who] if who is not None else _principals(statement)
    resources = _listed(statement, "Resource") or ["*"]
    if who is None:  # what the policy belongs to
        resources = [name if resource == "*" else resource for resource in resources]
    for holder in holders:
        for action in _listed(statement, "Action"):
            for resource in resources:
                yield _Grant(holder, statement["Effect"], action, resource, only)


def _principals(statement: Mapping[str, Any]) -> list[str]:
    principal = statement.get("Principal", "*")
    if not isinstance(principal, Mapping):
        return ["anybody"]
    found = []
    for values in principal.values():
        found += [text_of(each) for each in (values if isinstance(values, list) else [values])]
    return ["anybody" if each == "*" else each for each in found]


def _listed(statement: Mapping[str, Any], key: str) -> list[str]:
    """Return a statement's actions or resources; those of `Not...` say so."""
    for name, beginning in ((key, ""), (f"Not{key}", "all but ")):
        if name in statement:
            values = statement[name]
            return [
                beginning + text_of(each)
                for each in (values if isinstance(values, list) else [values])
            ]
    return []


def _plain(value: Any) -> Any:
    """Return a condition with its functions as text."""
    if isinstance(value, Mapping):
        if len(value) == 1 and next(iter(value)).startswith(("Fn::", "Ref")):
            return text_of(value)
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
