"""Correct probabilities as AutoGluon does, in its own float operations."""

from __future__ import annotations

from typing import Any

import numpy as np

_SMALLEST = 1e-7


def normalized(values: Any, problem_type: str, *, rows_apart: bool) -> Any:
    """Move probabilities away from 0 and 1, as AutoGluon does for metrics that need it.

    AutoGluon divides all rows of several classes as soon as one of them needs it.

    Args:
        values: the probabilities.
        problem_type: AutoGluon's.
        rows_apart: treat each row as if it were alone, so that its answer does not depend on its
            neighbours.
    """
    if problem_type == "multiclass":
        return _normalized_rows(values, rows_apart=rows_apart)
    return _normalized_ones(values)


def _normalized_ones(values: Any) -> Any:
    largest = 1 - _SMALLEST
    high, low = values > largest, values < _SMALLEST
    if high.any():
        moved = 1 - (_SMALLEST * np.exp(-(values - largest)))
        values = np.logical_not(high) * values + high * moved
    if low.any():
        moved = low * _SMALLEST * np.exp(-(_SMALLEST - values))
        values = np.logical_not(low) * values + moved
    return values


def _normalized_rows(values: Any, *, rows_apart: bool) -> Any:
    low = values.min(axis=1) < _SMALLEST
    if not low.any():
        return values
    if not rows_apart:
        low[:] = True
    values = values.copy()
    rows = np.clip(values[low], a_min=_SMALLEST, a_max=None)
    values[low] = rows / rows.sum(axis=1, keepdims=True)
    return values


def scaled(values: Any, temperature: float, problem_type: str) -> Any:
    """Scale probabilities by temperature."""
    if problem_type == "binary":
        both = np.zeros([len(values), 2])
        both[:, 0] = 1 - values
        both[:, 1] = values
        return _softmax(np.log(both) / temperature)[:, 1]
    return _softmax(np.log(values) / temperature)


def _softmax(logits: Any) -> Any:
    powers = np.exp(logits - np.amax(logits, axis=1, keepdims=True))
    return powers / np.sum(powers, axis=1, keepdims=True)
