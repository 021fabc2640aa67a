"""What no server can beat: the bare booster, and AutoGluon on one DataFrame in memory."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd
from autogluon.tabular import TabularPredictor

_SECONDS = 1.0


class Limits:
    """A loaded artifact without any server around it."""

    def __init__(self, model: Path, rows: pd.DataFrame) -> None:
        self._predictor = TabularPredictor.load(str(model), verbosity=0)
        self._predictor.persist(max_memory=None)
        self._rows = rows
        self._booster = _booster_of(self._predictor)
        encoded = self._predictor.transform_features(rows.head(1))
        self._one_row = self._booster_input(encoded)

    def _booster_input(self, encoded: pd.DataFrame) -> Any:
        names = list(range(self._booster.num_feature()))
        numbers = encoded.apply(lambda column: getattr(column, "cat", None) and column.cat.codes
                                if str(column.dtype) == "category" else column)  # fmt: skip
        return numbers.iloc[:, names].to_numpy(dtype="float64")

    def booster_call_seconds(self, calls: int) -> float:
        """Median time of one row through the booster alone, one thread."""
        seconds = []
        for _ in range(calls):
            started = time.perf_counter()
            self._booster.predict(self._one_row, num_threads=1)
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


def _booster_of(predictor: TabularPredictor) -> Any:
    trainer = predictor._trainer
    for name in trainer.get_model_names():
        model = trainer.load_model(name)
        for member in getattr(model, "models", None) or [model]:
            if type(member).__name__ == "LGBModel":
                return member.model
    raise ValueError("the model has no LightGBM member to compare with")
