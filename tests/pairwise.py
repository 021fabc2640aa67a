"""Combine settings so that every two values of two settings are together at least once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

Combination = dict[str, str]
Pair = frozenset[tuple[str, str]]


def pairs_of(factors: Mapping[str, Sequence[str]]) -> set[Pair]:
    """Return every pair of values of two factors."""
    return {
        frozenset({(one, value), (other, its)})
        for one, other in combinations(factors, 2)
        for value, its in product(factors[one], factors[other])
    }


def covered(combination: Combination) -> set[Pair]:
    """Return the pairs that one combination has."""
    return {frozenset(pair) for pair in combinations(combination.items(), 2)}


def pairwise(factors: Mapping[str, Sequence[str]]) -> Iterator[Combination]:
    """Yield combinations until each pair is in one: greedily, always the same ones.

    Each begins with a pair that is still missing, and takes for every other factor the value that
    adds most.
    """
    missing = pairs_of(factors)
    while missing:
        combination = dict(min(missing, key=sorted))
        for factor, values in factors.items():
            if factor not in combination:
                gains = [len(covered({**combination, factor: value}) & missing) for value in values]
                combination[factor] = values[gains.index(max(gains))]
        missing -= covered(combination)
        yield {factor: combination[factor] for factor in factors}
