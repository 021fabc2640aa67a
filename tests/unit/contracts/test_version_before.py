"""Which version a rollback returns to."""

from __future__ import annotations

from typing import Any

import pytest

from autogluon_contracts.models.version_before import (
    PromotedVersion,
    version_before,
    version_live_last,
)

FIRST, SECOND = "2026-11-01T10:00:00Z", "2026-11-02T10:00:00Z"


def _version(number: int, *, is_approved: bool = True, **facts: Any) -> PromotedVersion:
    return PromotedVersion(number=number, is_approved=is_approved, **facts)


@pytest.mark.parametrize(
    ("versions", "live", "expected"),
    [
        # What was live last, whatever its number.
        ([_version(1, live_since=SECOND), _version(2, live_since=FIRST)], 3, 1),
        # A version that never went live is not returned to while another one was.
        ([_version(1, live_since=FIRST), _version(2)], 3, 1),
        # Nor is one whose last promotion failed, nor one that was rejected since.
        ([_version(1), _version(2, promotion_failed=FIRST)], 3, 1),
        ([_version(1, live_since=FIRST, promotion_failed=SECOND), _version(2)], 3, 2),
        ([_version(1, live_since=FIRST), _version(2, is_approved=False, live_since=SECOND)], 3, 1),
        # Nothing was recorded: the highest one below the live version.
        ([_version(1), _version(2), _version(4)], 3, 2),
        ([_version(3, live_since=FIRST)], 3, None),
        ([_version(4)], 3, None),
        ([_version(4)], None, 4),
        ([], 3, None),
    ],
)
def test_the_version_before(
    versions: list[PromotedVersion], live: int | None, expected: int | None
) -> None:
    assert version_before(versions, live) == expected


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        # It lacked instances one morning: the next one tries it again.
        (
            [
                _version(1, live_since=FIRST),
                _version(2, live_since=SECOND, promotion_failed=SECOND),
            ],
            2,
        ),
        ([_version(1, live_since=FIRST), _version(2, promotion_failed=SECOND)], 1),
        ([_version(1, live_since=FIRST), _version(2, is_approved=False, live_since=SECOND)], 1),
        # Nothing was recorded.
        ([_version(1), _version(2), _version(3, promotion_failed=SECOND)], 2),
        ([], None),
    ],
)
def test_the_version_that_was_live_last(
    versions: list[PromotedVersion], expected: int | None
) -> None:
    assert version_live_last(versions) == expected
