"""Find the model version to which a rollback, or an endpoint that was off, returns."""

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
    earlier = [version.number for version in sound if live is None or version.number < live]
    return _live_last(sound) or max(earlier, default=None)


def version_live_last(versions: Iterable[PromotedVersion]) -> int | None:
    """Return the approved version that was live last, while none is live; None without one.

    It counts although it failed to go live again: it may have lacked instances, and an older
    version must not take its place unasked. Where no promotion was recorded, see `version_before`.

    Example:
        >>> first = PromotedVersion(number=1, is_approved=True, live_since="2026-11-01T10:00:00Z")
        >>> second = PromotedVersion(
        ...     number=2,
        ...     is_approved=True,
        ...     live_since="2026-11-02T10:00:00Z",
        ...     promotion_failed="2026-11-03T10:00:00Z",
        ... )
        >>> version_live_last([first, second]), version_before([first, second], live=None)
        (2, 1)
    """
    approved = [version for version in versions if version.is_approved]
    return _live_last(approved) or version_before(approved, live=None)


def _live_last(versions: Iterable[PromotedVersion]) -> int | None:
    were_live = [(version.live_since, version.number) for version in versions if version.live_since]
    return max(were_live)[1] if were_live else None
