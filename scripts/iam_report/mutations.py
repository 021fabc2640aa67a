"""Take one action out of one statement and judge the recorded calls again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from embedded_aws.iam.policy.document import compile_policy
from embedded_aws.iam.policy.evaluation import PrincipalPolicies, ResourcePolicies, evaluate
from scripts.iam_report.granted import Earlier, Statement, listed, place_of
from scripts.iam_report.recording import Use, request_of


def is_caught(statement: Statement, action: str, uses: Iterable[Use]) -> bool:
    """Return whether some recorded call of the role fails without the action in this statement."""
    return any(_is_denied(statement, action, use) for use in uses if use.role == statement.role)


def _is_denied(statement: Statement, action: str, use: Use) -> bool:
    if use.action.lower() != action.lower():  # no action of a deployed policy has a wildcard
        return False
    policies = tuple(
        compile_policy(json.dumps(document)) for document in _without(statement, action, use)
    )
    request = request_of(use.action, use.resource, use.context)
    return not evaluate(request, PrincipalPolicies(policies), ResourcePolicies()).allowed


def _without(statement: Statement, action: str, use: Use) -> list[dict[str, Any]]:
    earlier: list[Earlier] = []
    mutated = []
    for document in use.documents:
        kept = []
        for raw in listed(document["Statement"]):
            actions, count = tuple(listed(raw["Action"])), len(listed(raw["Resource"]))
            place = place_of(action, count, earlier)
            is_meant = action in actions and place == statement.place(action)
            earlier.append((actions, count))
            kept += [_left(raw, action)] if is_meant and len(actions) > 1 else []
            kept += [] if is_meant else [raw]
        mutated.append({**document, "Statement": kept})
    return mutated


def _left(raw: Mapping[str, Any], action: str) -> dict[str, Any]:
    return {**raw, "Action": [each for each in raw["Action"] if each != action]}
