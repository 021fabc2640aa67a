"""Predict in slices of rows, to share them among threads and to bound memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np

_MOST_ROWS = 8192


def in_slices(
    predict: Callable[[Any], Any], rows: Any, threads: int, most_rows: int = _MOST_ROWS
) -> Any:
    """Return what `predict` answers for all rows, called for a slice at a time.

    Args:
        predict: takes rows, answers one item or line for each; it may be called by several threads.
        rows: an array.
        threads: how many slices may be predicted at once.
        most_rows: of a slice.
    """
    slices = max(threads, -(-len(rows) // most_rows))
    if slices == 1:
        return predict(rows)
    parts = np.array_split(rows, slices)
    mapped = map if threads == 1 else _pool(threads).map
    return np.concatenate(list(mapped(predict, parts)))


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="rows")


# The proof of a large request runs before gunicorn forks, and threads do not survive a fork.
os.register_at_fork(after_in_child=_pool.cache_clear)
