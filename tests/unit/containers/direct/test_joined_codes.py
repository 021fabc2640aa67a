"""Tests of how features' codes are joined."""

from __future__ import annotations

import random
from math import prod
from typing import Any

import numpy as np

from autogluon_jobs.tabular.direct.trees.joined_codes import _MOST_CODES, join_codes


class _Feature:
    """Codes that count how often they are asked how many they are."""

    feature = 0

    def __init__(self, count: int) -> None:
        self._count = count
        self.asked = 0

    @property
    def count(self) -> int:
        self.asked += 1
        return self._count

    def of(self, values: Any) -> Any:
        return values

    def goes_left(self, splits: Any, positions: Any) -> Any:
        return np.zeros((self._count, 0), dtype=bool)


def _first_fit(counts: list[int]) -> list[list[int]]:
    groups: list[list[int]] = []
    for count in sorted(counts, reverse=True):
        group = next((each for each in groups if prod(each) * count <= _MOST_CODES), None)
        if group is None:
            groups.append([count])
        else:
            group.append(count)
    return groups


def test_each_feature_joins_the_first_group_that_has_room() -> None:
    draw = random.Random(1)
    kinds = [1, 2, 3, 5, 20, 100, _MOST_CODES - 1, _MOST_CODES, _MOST_CODES + 1, 5 * _MOST_CODES]
    for number in (0, 1, 3, 14, 300):
        counts = [draw.choice(kinds) for _ in range(number)]

        joined = join_codes([_Feature(count) for count in counts])

        found = [[part.count for part in group.parts] for group in joined]
        assert found == _first_fit(counts)


def test_thousands_of_features_are_not_compared_with_each_other() -> None:
    features = [_Feature(3 + number % 9) for number in range(5000)]

    join_codes(features)

    assert sum(feature.asked for feature in features) < 20 * len(features)
