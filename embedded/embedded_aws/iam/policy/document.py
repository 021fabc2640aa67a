"""Compile policy documents for fast evaluation."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from embedded_aws.iam.policy.conditions import (
    Condition,
    NullCondition,
    PolicySyntaxError,
    compile_conditions,
)
from embedded_aws.iam.policy.context import Context
from embedded_aws.iam.policy.patterns import Pattern
from embedded_aws.iam.policy.principals import Principal, PrincipalElement, compile_principal

_VERSIONS = ("2012-10-17", "2008-10-17")
_ELEMENTS = frozenset(
    {
        "Sid",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Principal",
        "NotPrincipal",
        "Condition",
    }
)
_NO_CONTEXT = Context({})


@dataclass(frozen=True)
class AccessRequest:
    """One action on one resource, as policies judge it."""

    principal: Principal
    action: str  # "s3:GetObject"
    resource: str  # an ARN, or "*" for actions without resource types
    context: Context


@dataclass(frozen=True)
class _PatternList:
    patterns: tuple[Pattern, ...]
    inverted: bool  # NotAction, NotResource

    def covers(self, value: str, context: Context) -> bool:
        return any(pattern.matches(value, context) for pattern in self.patterns) != self.inverted


@dataclass(frozen=True)
class Statement:
    """One statement of a policy."""

    denies: bool
    actions: _PatternList
    resources: _PatternList | None  # None in trust policies, which mean their own role
    principal: PrincipalElement | None
    conditions: tuple[Condition | NullCondition, ...]

    def applies_to(self, request: AccessRequest) -> bool:
        """Return whether resource and conditions match; the caller checks action and principal."""
        if self.resources is not None and not self.resources.covers(
            request.resource, request.context
        ):
            return False
        return all(condition.holds(request.context) for condition in self.conditions)

    def resource_patterns(self, request: AccessRequest) -> list[str]:
        """Return the patterns, as the policy writes them, that cover the request's resource."""
        if self.resources is None:
            return []
        return [
            pattern.text
            for pattern in self.resources.patterns
            if pattern.matches(request.resource, request.context) != self.resources.inverted
        ]


class Policy:
    """A compiled policy document.

    Attributes:
        text: the document.
        statements: in the document's order.
        statements_without_resource: their positions; only a trust policy may have any.
        denies_something: whether there is a Deny statement.
    """

    def __init__(self, text: str, statements: Iterable[Statement]) -> None:
        self.text = text
        self.statements = tuple(statements)
        self.statements_without_resource = [
            index for index, s in enumerate(self.statements) if s.resources is None
        ]
        self.denies_something = any(statement.denies for statement in self.statements)
        self._by_action: dict[str, tuple[Statement, ...]] = {}

    def statements_for(self, action: str) -> tuple[Statement, ...]:
        """Return the statements whose Action (or NotAction) covers `action`."""
        found = self._by_action.get(action)
        if found is None:
            found = tuple(s for s in self.statements if s.actions.covers(action, _NO_CONTEXT))
            self._by_action[action] = found
        return found


@functools.lru_cache(maxsize=1024)
def compile_policy(document: str) -> Policy:
    """Compile a policy's JSON text. Cached: equal text gives the same object.

    Raises:
        PolicySyntaxError: the text is not a policy; the sentence says where.
    """
    try:
        parsed = json.loads(document)
    except json.JSONDecodeError as error:
        raise PolicySyntaxError(f"the policy is not JSON: {error}") from None
    if not isinstance(parsed, Mapping):
        raise PolicySyntaxError(f"the policy must be an object, got {parsed!r}")
    version = parsed.get("Version", "2008-10-17")
    if version not in _VERSIONS:
        raise PolicySyntaxError(f"Version must be one of {', '.join(_VERSIONS)}, got {version!r}")
    statements = parsed.get("Statement", [])
    if isinstance(statements, Mapping):
        statements = [statements]
    variables = version == "2012-10-17"
    return Policy(
        document,
        (
            _statement(statement, variables, f"Statement[{index}]")
            for index, statement in enumerate(statements)
        ),
    )


def _statement(raw: Any, variables: bool, where: str) -> Statement:
    if not isinstance(raw, Mapping):
        raise PolicySyntaxError(f"{where} must be an object, got {raw!r}")
    if unknown := sorted(set(raw) - _ELEMENTS):
        raise PolicySyntaxError(f"{where} has the unknown element {unknown[0]!r}")
    if raw.get("Effect") not in {"Allow", "Deny"}:
        raise PolicySyntaxError(f"{where}.Effect must be Allow or Deny, got {raw.get('Effect')!r}")
    actions = _patterns(raw, "Action", where, ignore_case=True)
    if actions is None:
        raise PolicySyntaxError(f"{where} needs Action or NotAction")
    principal = raw.get("Principal", raw.get("NotPrincipal"))
    return Statement(
        denies=raw["Effect"] == "Deny",
        actions=actions,
        resources=_patterns(raw, "Resource", where, variables=variables, arn=True),
        principal=None
        if principal is None
        else compile_principal(principal, inverted="NotPrincipal" in raw, where=where),
        conditions=compile_conditions(raw.get("Condition", {}), variables=variables, where=where),
    )


def _patterns(
    raw: Mapping[str, Any],
    element: str,
    where: str,
    *,
    variables: bool = False,
    arn: bool = False,
    ignore_case: bool = False,
) -> _PatternList | None:
    inverted = f"Not{element}" in raw
    if inverted and element in raw:
        raise PolicySyntaxError(f"{where} has both {element} and Not{element}")
    texts = raw.get(f"Not{element}" if inverted else element)
    if texts is None:
        return None
    texts = [texts] if isinstance(texts, str) else texts
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise PolicySyntaxError(f"{where}.{element} must be text or a list of text, got {texts!r}")
    patterns = tuple(
        Pattern(text, variables=variables, arn=arn, ignore_case=ignore_case) for text in texts
    )
    return _PatternList(patterns, inverted)
