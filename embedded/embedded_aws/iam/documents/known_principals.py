"""Decide whether the principals of a policy exist.

Principals of other accounts cannot be looked up here, so they pass.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

import botocore.session

from embedded_aws.iam.documents.statements import principals
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.requirements.reference import action_prefixes

_ACCOUNT = re.compile(r"\d{12}")
_UNIQUE_ID = re.compile(r"A(IDA|ROA|GPA|NPA)[A-Z0-9]{12,}")
_ARN = re.compile(r"arn:aws[a-z-]*:(iam|sts)::(\d{12}):(root|(user|role|assumed-role)/.+)")
_SERVICE = re.compile(r"([a-z0-9-]+\.)*([a-z0-9-]+)\.amazonaws\.com(\.cn)?")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
# Service principals whose names are neither services of botocore nor prefixes of IAM's actions.
# Source: the resource types' pages of the CloudFormation and service guides that name them.
_FURTHER_SERVICES = frozenset(
    {
        "amplify",
        "codepipeline",
        "delivery",
        "edgelambda",
        "ecs-tasks",
        "firehose",
        "opensearchservice",
        "states",
        "vpc-flow-logs",
    }
)
# The administrator is a user of the account that IAM does not list.
_BUILT_IN_USER = "user/embedded-admin"


def unknown_principal(
    statement: Mapping[str, Any], state: MotoState, account_id: str
) -> tuple[str, str] | None:
    """Return kind and name of a statement's first principal that does not exist, or None."""
    for kind, name in principals(statement):
        if kind == "AWS" and not is_known(name, state, account_id):
            return "AWS", name
        if kind == "Service" and not is_service(name):
            return "SERVICE", name
    return None


def is_known(name: str, state: MotoState, account_id: str) -> bool:
    """Return whether a principal of the kind AWS exists: an ARN, an account, an id or `*`."""
    if name == "*" or _ACCOUNT.fullmatch(name) or _UNIQUE_ID.fullmatch(name):
        return True
    match = _ARN.fullmatch(name)
    if match is None:
        return False
    if match[2] != account_id or match[3] in {"root", _BUILT_IN_USER}:
        return True
    kind = match[4]
    if kind == "assumed-role":
        return state.entity_arn("role", match[3].split("/")[1]) is not None
    return state.entity_arn(kind, name.rpartition("/")[2]) == name


def is_service(name: str) -> bool:
    """Return whether a service has this principal, such as `events.amazonaws.com`."""
    match = _SERVICE.fullmatch(name)
    if match is None:
        return False
    labels = name.partition(".amazonaws.com")[0].split(".")
    names = [label for label in labels if not _REGION.fullmatch(label)]
    return bool(names) and any(label in _services() for label in names)


@functools.cache
def _services() -> frozenset[str]:
    return (
        frozenset(botocore.session.get_session().get_available_services())
        | action_prefixes()
        | _FURTHER_SERVICES
    )
