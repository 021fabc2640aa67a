"""Numbers that stand for a missing value are those far from all others."""

from __future__ import annotations

import pytest

from autogluon_contracts.data.placeholders import placeholder


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ({1: 5, 2: 5, 8: 1, -999: 3}, -999),
        ({1: 5, 2: 5, 8: 1, 9999: 2}, 9999),
        ({-1: 5, 2: 5, 8: 1, 99: 2}, 99),
        ({1: 5, 2: 5, 8: 1, -999: 1}, None),  # once: a mistake, or a value
        ({1: 5, 500: 5, 998: 1, 999: 3}, None),  # within the others
        ({1: 5, 2: 5, 8: 1, -500: 3}, None),
        ({0: 5, -999: 3}, None),  # of two numbers, neither is odd
        ({}, None),
    ],
)
def test_the_number_that_means_missing(counts: dict[float, int], found: float | None) -> None:
    assert placeholder(counts) == found
