"""Policies of KMS keys, SNS topics and SQS queues, as these services check them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from embedded_aws.iam.documents.known_principals import unknown_principal
from embedded_aws.iam.documents.statements import DocumentError, actions, resources, statements_of
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.requirements.reference import actions_like

_LARGEST_KEY_POLICY_BYTES = 32 * 1024  # KMS developer guide, "Quotas"


def check_key_policy(text: str, state: MotoState, account_id: str) -> None:
    """Raise DocumentError when KMS would not store this policy of a key."""
    if len(text.encode()) > _LARGEST_KEY_POLICY_BYTES:
        raise DocumentError("The policy is larger than 32768 bytes.")
    for statement in statements_of(text):
        actions(statement)
        resources(statement)
        if unknown_principal(statement, state, account_id) is not None:
            raise DocumentError("Policy contains a statement with one or more invalid principals.")


def check_key_stays_changeable(text: str) -> None:
    """Raise DocumentError when this policy of a key lets no principal change it again."""
    if not any(
        statement.get("Effect") == "Allow"
        and _names(actions(statement), "kms:PutKeyPolicy") != ("NotAction" in statement)
        and _has_person(statement)
        for statement in statements_of(text)
    ):
        raise DocumentError(
            "The new key policy will not allow you to update the key policy in the future."
        )


def _names(patterns: Iterable[str], action: str) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)


def _has_person(statement: Mapping[str, Any]) -> bool:
    """Return whether the statement is for more than services."""
    principal = statement.get("Principal", "*")
    return not isinstance(principal, Mapping) or bool(set(principal) - {"Service"})


def check_topic_policy(text: str, state: MotoState, account_id: str) -> None:
    """Raise DocumentError when SNS would not store this policy of a topic."""
    for statement in statements_of(text):
        if not all(_is_of("sns", action) for action in actions(statement)):
            raise DocumentError("Policy statement action out of service scope!")
        resources(statement)
        if unknown_principal(statement, state, account_id) is not None:
            raise DocumentError("Policy Error: PrincipalNotFound")


def check_queue_policy(text: str, state: MotoState, account_id: str) -> None:
    """Raise DocumentError when SQS would not store this policy of a queue."""
    for statement in statements_of(text):
        if not all(_is_of("sqs", action) for action in actions(statement)):
            raise DocumentError("a statement has an action that SQS does not know")
        resources(statement)
        unknown = unknown_principal(statement, state, account_id)
        if unknown is not None:
            raise DocumentError(f"the principal {unknown[1]} does not exist")


def _is_of(service: str, action: str) -> bool:
    lowered = action.lower()
    # SNS writes its own default policy with an action that the reference lacks.
    if lowered in {"*", "sns:receive"}:
        return True
    return lowered.startswith(f"{service}:") and bool(actions_like(action))
