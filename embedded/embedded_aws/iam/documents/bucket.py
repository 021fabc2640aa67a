"""Bucket policies, as S3 checks them.

Sources: Amazon S3 user guide, "Bucket policies" (20 KB), "Blocking public access to your Amazon S3
storage" (The meaning of "public").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from embedded_aws.iam.documents.known_principals import unknown_principal
from embedded_aws.iam.documents.statements import (
    DocumentError,
    actions,
    principals,
    resources,
    statements_of,
    texts,
)
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.requirements.reference import actions_like

_LARGEST_BYTES = 20 * 1024
# Condition keys that hold a statement to fixed callers, where their value has no wildcard.
_FIXING_KEYS = frozenset(
    {
        "aws:sourcearn",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourceowner",
        "aws:sourceaccount",
        "aws:userid",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalarn",
        "aws:principalaccount",
        "s3:dataaccesspointarn",
        "s3:dataaccesspointaccount",
    }
)
_FIXING_OPERATORS = re.compile(
    r"(for(all|any)values?:)?(string(equals|like)(ignorecase)?|arn(equals|like)|ipaddress)", re.I
)
_EVERY_ADDRESS = frozenset({"0.0.0.0/0", "::/0"})


def check_bucket_policy(text: str, bucket: str, state: MotoState, account_id: str) -> None:
    """Raise DocumentError when S3 would not store this policy of `bucket`."""
    if len(text.encode()) > _LARGEST_BYTES:
        raise DocumentError("Policy exceeds the maximum allowed document size.")
    for statement in statements_of(text):
        if unknown_principal(statement, state, account_id) is not None:
            raise DocumentError("Invalid principal in policy")
        asked = [(action, _types(action)) for action in actions(statement)]
        named = resources(statement)
        if not all(_is_of(resource, bucket) for resource in named):
            raise DocumentError("Policy has invalid resource")
        if "Action" in statement and "Resource" in statement:
            _check_fit(asked, named)


def _types(action: str) -> frozenset[str]:
    """Return "bucket" and "object", as far as an action (or pattern of actions) knows them."""
    found = actions_like(action) if action == "*" or action.lower().startswith("s3:") else []
    if action != "*" and not found:
        raise DocumentError("Policy has invalid action")
    kinds = {resource.type for each in found for resource in each.resources}
    return frozenset(kinds & {"bucket", "object"})


def _is_of(resource: str, bucket: str) -> bool:
    """Return whether a resource is the bucket or in it (with wildcards in its key only)."""
    name = resource.split(":", 5)[5] if resource.startswith("arn:") else resource
    service = resource.split(":")[2] if resource.startswith("arn:") else ""
    return service == "s3" and (name == bucket or name.startswith((f"{bucket}/", f"{bucket}*")))


def _check_fit(asked: list[tuple[str, frozenset[str]]], named: list[str]) -> None:
    given = set()
    for resource in named:
        name = resource.split(":", 5)[5]
        given |= {"object"} if "/" in name else {"bucket"}
        if name.endswith("*") and "/" not in name:
            given.add("object")
    if any(types and not types & given for _, types in asked):
        raise DocumentError("Action does not apply to any resource(s) in statement")


def is_public(text: str) -> bool:
    """Return whether a policy allows something to callers that it does not fix."""
    return any(
        statement.get("Effect") == "Allow"
        and ("AWS", "*") in set(principals(statement))
        and not _fixes_callers(statement.get("Condition") or {})
        for statement in statements_of(text)
    )


def _fixes_callers(conditions: Mapping[str, Any]) -> bool:
    for operator, keys in conditions.items():
        if not _FIXING_OPERATORS.fullmatch(operator):
            continue
        for key, values in keys.items():
            fixed = texts(values)
            if key.lower() == "aws:sourceip" and not _EVERY_ADDRESS & set(fixed):
                return True
            has_wildcard = any("*" in value or "?" in value or "${" in value for value in fixed)
            if key.lower() in _FIXING_KEYS and not has_wildcard:
                return True
    return False
