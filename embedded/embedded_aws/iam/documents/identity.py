"""IAM's own documents: policies of identities, and trust policies of roles.

Sources: IAM user guide, "IAM and AWS STS quotas" (sizes) and "IAM JSON policy elements: Sid".
"""

from __future__ import annotations

import re

from embedded_aws.iam.documents.known_principals import unknown_principal
from embedded_aws.iam.documents.statements import (
    DocumentError,
    actions,
    refuse_repeated_ids,
    resources,
    statements_of,
)
from embedded_aws.iam.moto_state import MotoState

_SID = re.compile(r"[0-9A-Za-z]*")
_TRUST_ACTIONS = re.compile(r"(sts:.*|\*)", re.IGNORECASE)


def size_of(text: str) -> int:
    """Return the size that IAM counts: white space is free."""
    return len(re.sub(r"\s", "", text))


def check_identity_policy(text: str) -> None:
    """Raise DocumentError when IAM would not store this policy of a user, group or role."""
    statements = statements_of(text)
    for statement in statements:
        _check_id(statement.get("Sid", ""))
        actions(statement)
        resources(statement)
        if "Principal" in statement or "NotPrincipal" in statement:
            raise DocumentError("Policy document should not specify a principal.")
    refuse_repeated_ids(statements)


def check_trust_policy(text: str, state: MotoState, account_id: str) -> None:
    """Raise DocumentError when IAM would not store this trust policy of a role."""
    statements = statements_of(text)
    for statement in statements:
        _check_id(statement.get("Sid", ""))
        for action in actions(statement):
            if not _TRUST_ACTIONS.fullmatch(action):
                raise DocumentError("AssumeRole policy may only specify STS AssumeRole actions.")
        if "Resource" in statement or "NotResource" in statement:
            raise DocumentError("Has prohibited field Resource")
        unknown = unknown_principal(statement, state, account_id)
        if unknown is not None:
            kind, name = unknown
            raise DocumentError(f'Invalid principal in policy: "{kind}":"{name}"')
    refuse_repeated_ids(statements)


def _check_id(sid: object) -> None:
    if not isinstance(sid, str) or not _SID.fullmatch(sid):
        raise DocumentError(
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the "
            "regular expression [0-9A-Za-z]*"
        )
