"""CloudWatch Logs' groups.

Source: CloudWatch Logs API reference, PutRetentionPolicy.
"""

from __future__ import annotations

from embedded_aws.gateway import ApiCall, ApiError

_RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922),
    *(3288, 3653),
)


def check_retention(call: ApiCall) -> None:
    """Raise ApiError when lines cannot be kept for this number of days."""
    days = call.params.get("retentionInDays")
    if days is not None and int(days) not in _RETENTION_DAYS:
        allowed = ", ".join(map(str, _RETENTION_DAYS))
        raise ApiError(
            "InvalidParameterException",
            f"1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy "
            f"constraint: Member must satisfy enum value set: [{allowed}]",
            status=400,
        )
