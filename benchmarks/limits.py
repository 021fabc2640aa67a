"""What no server can beat: the bare trees, and AutoGluon on one DataFrame in memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
from autogluon.tabular import TabularPredictor

_SECONDS = 1.0


class Limits:
    """A loaded artifact without any server around it; `bare_trees` for `bare_call_seconds`."""

    def __init__(self, model: Path, rows: pd.DataFrame, *, bare_trees: bool) -> None:
        self._predictor = TabularPredictor.load(str(model), verbosity=0)
        self._predictor.persist(max_memory=None)
        self._rows = rows
        self._bare: list[Callable[[], Any]] = []
        if bare_trees:
            encoded = self._predictor.transform_features(rows.head(1))
            self._bare = _bare_calls(model, _numbers(encoded))

    def bare_call_seconds(self, calls: int) -> float:
        """Median time of one row through the trees of the model and nothing else, one thread.

        LightGBM's package is called once for each booster, and once for each forest, which is
        compiled to a booster; nothing is read, encoded, joined or answered.
        """
        seconds = []
        for _ in range(calls):
            started = time.perf_counter()
            for call in self._bare:
                call()
            seconds.append(time.perf_counter() - started)
        return median(seconds)

    def rows_per_second(self, rows: int) -> float:
        """AutoGluon's own probabilities for `rows` rows of one DataFrame."""
        frame = self._rows.sample(rows, replace=True, random_state=1).reset_index(drop=True)
        seconds: list[float] = []
        while sum(seconds) < _SECONDS:
            started = time.perf_counter()
            self._predictor.predict_proba(frame)
            seconds.append(time.perf_counter() - started)
        return rows / median(seconds)


def _numbers(encoded: pd.DataFrame) -> Any:
    """Features as trees take them: a category as its code."""
    columns = [
        column.cat.codes if isinstance(column.dtype, pd.CategoricalDtype) else column
        for _, column in encoded.items()
    ]
    return np.column_stack(columns).astype(np.float64)


def _bare_calls(model: Path, features: Any) -> list[Callable[[], Any]]:
    files = sorted((model / "direct").glob("*.txt"))
    if not files:
        raise ValueError(f"{model} has no exported trees to compare with")
    calls: list[Callable[[], Any]] = []
    for path in files:
        booster = lightgbm.Booster(model_file=path)
        # A stack's models take the answers of those below first, whose values do not matter here.
        below = np.full((1, booster.num_feature() - features.shape[1]), 0.5)
        row = np.hstack([below, features])
        calls.append(partial(booster.predict, row, num_threads=1))
    return calls
