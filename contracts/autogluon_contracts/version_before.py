"""Find the model version to which a rollback returns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PromotedVersion:
    """What the registry tells of a version's promotions.

    Attributes:
        live_since: when it last went live, in ISO 8601 and UTC; None if that is not recorded.
        promotion_failed: when its last promotion failed; None if none failed since.
    """

    number: int
    is_approved: bool
    live_since: str | None = None
    promotion_failed: str | None = None


def version_before(versions: Iterable[PromotedVersion], live: int | None) -> int | None:
    """Return the approved version that was live last before the live one; None without one.

    Versions whose last promotion failed are left out. Where no promotion was recorded, because an
    earlier release of this project made it, the highest version below the live one is returned.

    Args:
        live: the live version's number; None while no model is live.

    Example:
        >>> first = PromotedVersion(number=1, is_approved=True, live_since="2026-11-01T10:00:00Z")
        >>> broken = PromotedVersion(
        ...     number=2, is_approved=True, promotion_failed="2026-11-02T10:00:00Z"
        ... )
        >>> version_before([broken, first], live=3)
        1
    """
    sound = [
        version
        for version in versions
        if version.is_approved and version.number != live and version.promotion_failed is None
    ]
    were_live = [(version.live_since, version.number) for version in sound if version.live_since]
    if were_live:
        return max(were_live)[1]
    earlier = [version.number for version in sound if live is None or version.number < live]
    return max(earlier, default=None)
