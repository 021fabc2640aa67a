"""Convert a bucket's lifecycle rules from a template's names to the API's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from embedded_aws.cloudformation.errors import ResourceError

_SAME_NAME = {"Id": "ID", "Status": "Status"}
_FILTERS = ("Prefix", "TagFilters", "ObjectSizeGreaterThan", "ObjectSizeLessThan")
_EXPIRATIONS = {
    "ExpirationInDays": "Days",
    "ExpirationDate": "Date",
    "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker",
}
_TRANSITION_NAMES = {"TransitionInDays": "Days", "TransitionDate": "Date"}
_NONCURRENT_NAMES = {"TransitionInDays": "NoncurrentDays"}
_PASSED_ON = ("AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration")


def lifecycle_rules(rules: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rules as PutBucketLifecycleConfiguration takes them.

    Raises:
        ResourceError: a rule has a member that is not supported.
    """
    return [_rule(rule) for rule in rules]


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {"Filter": _filter(rule)}
    expiration: dict[str, Any] = {}
    for key, value in rule.items():
        if key in _FILTERS:
            continue
        if key in _SAME_NAME:
            result[_SAME_NAME[key]] = value
        elif key in _EXPIRATIONS:
            expiration[_EXPIRATIONS[key]] = value
        elif key in _PASSED_ON:
            result[key] = value
        elif key == "NoncurrentVersionExpirationInDays":
            result["NoncurrentVersionExpiration"] = {"NoncurrentDays": value}
        elif key == "Transitions":
            result["Transitions"] = [_renamed(item, _TRANSITION_NAMES) for item in value]
        elif key == "NoncurrentVersionTransitions":
            result[key] = [_renamed(item, _NONCURRENT_NAMES) for item in value]
        else:
            raise ResourceError(f"Encountered unsupported property {key} in a lifecycle rule.")
    if expiration:
        result["Expiration"] = expiration
    return result


def _filter(rule: Mapping[str, Any]) -> dict[str, Any]:
    parts = {key: rule[key] for key in _FILTERS if key in rule}
    tags = parts.pop("TagFilters", [])
    if not tags and len(parts) <= 1:
        return parts or {"Prefix": ""}
    if len(tags) == 1 and not parts:
        return {"Tag": tags[0]}
    return {"And": {**parts, **({"Tags": tags} if tags else {})}}


def _renamed(members: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(key, key): value for key, value in members.items()}
