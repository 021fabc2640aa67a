"""KMS keys and aliases.

Source: KMS API reference, CreateAlias, ScheduleKeyDeletion.
"""

from __future__ import annotations

from embedded_aws.gateway import ApiCall, ApiError

_SHORTEST_DAYS, _LONGEST_DAYS = 7, 30
_OF_AWS = "alias/aws/"


def check_alias(call: ApiCall) -> None:
    """Raise ApiError when an alias has a name that AWS keeps for its own keys."""
    if str(call.params.get("AliasName", "")).startswith(_OF_AWS):
        raise ApiError("NotAuthorizedException", "", status=400)


def check_deletion(call: ApiCall) -> None:
    """Raise ApiError when a key would be deleted too soon or too late."""
    days = call.params.get("PendingWindowInDays")
    if days is not None and not _SHORTEST_DAYS <= int(days) <= _LONGEST_DAYS:
        raise ApiError(
            "ValidationException",
            f"PendingWindowInDays must be between {_SHORTEST_DAYS} and {_LONGEST_DAYS} (inclusive)",
            status=400,
        )
