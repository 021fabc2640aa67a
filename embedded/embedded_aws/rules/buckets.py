"""Names of S3 buckets, their owners and their lifecycle rules.

Sources: Amazon S3 user guide, "General purpose bucket naming rules", "Verifying bucket ownership
with bucket owner condition" and "Lifecycle configuration elements".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
_ACTIONS = (
    "Expiration",
    "Transitions",
    "NoncurrentVersionExpiration",
    "NoncurrentVersionTransitions",
    "AbortIncompleteMultipartUpload",
)
_SHORTEST_DAYS = {"STANDARD_IA": 30, "ONEZONE_IA": 30}


def check_name(call: ApiCall) -> None:
    """Raise ApiError when no bucket can have the name."""
    name = str(call.params.get("Bucket", ""))
    if (
        not _NAME.fullmatch(name)
        or ".." in name
        or _ADDRESS.fullmatch(name)
        or name.startswith(_PREFIXES)
        or name.endswith(_SUFFIXES)
    ):
        raise ApiError("InvalidBucketName", "The specified bucket is not valid.", status=400)


def check_owner(call: ApiCall) -> None:
    """Raise ApiError when a bucket belongs to another account than the caller expects."""
    for member in ("ExpectedBucketOwner", "ExpectedSourceBucketOwner"):
        if call.params.get(member, call.account_id) != call.account_id:
            raise ApiError("AccessDenied", "Access Denied", status=403)


def check_lifecycle(call: ApiCall) -> None:
    """Raise ApiError when a rule does nothing, or what no rule can."""
    rules = (call.params.get("LifecycleConfiguration") or {}).get("Rules") or []
    ids = [rule["ID"] for rule in rules if rule.get("ID")]
    if len(ids) != len(set(ids)):
        raise _invalid("Rule ID must be unique. Found same ID for more than one rule")
    for rule in rules:
        if not any(rule.get(action) for action in _ACTIONS):
            raise ApiError(
                "InvalidRequest", "At least one action needs to be specified in a rule", status=400
            )
        _check_days(rule)


def _check_days(rule: Mapping[str, Any]) -> None:
    days = (rule.get("Expiration") or {}).get("Days")
    if days is not None and int(days) < 1:
        raise _invalid("'Days' for Expiration action must be a positive integer")
    for transition in rule.get("Transitions") or ():
        storage, days = str(transition.get("StorageClass")), transition.get("Days")
        shortest = _SHORTEST_DAYS.get(storage, 0)
        if days is not None and int(days) < shortest:
            raise _invalid(
                f"'Days' in Transition action must be greater than or equal to {shortest} for "
                f"storageClass '{storage}'"
            )


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidArgument", message, status=400)
