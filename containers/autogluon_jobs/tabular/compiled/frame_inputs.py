"""Convert the frame that AutoGluon hands to a model to the numbers that exported members take."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
import pandas as pd

from autogluon_jobs.tabular.direct.export.export_source import Source
from autogluon_jobs.tabular.direct.features.encoding import Encoded, beyond_exact
from autogluon_jobs.tabular.direct.features.model_inputs import ModelInputs


class FrameInputs:
    """Makes a frame's inputs once, for all models that get the same frame one after the other."""

    def __init__(self) -> None:
        self._last: tuple[Any, ModelInputs] | None = None

    def remember(self, frame: pd.DataFrame, encoded: Encoded) -> None:
        """Take these for the inputs of this very frame."""
        inputs = ModelInputs(encoded, _fills(frame), None)
        self._last = (weakref.ref(frame), inputs)

    def of(self, frame: pd.DataFrame) -> ModelInputs:
        """Return the inputs of a frame."""
        last = self._last
        if last is not None and last[0]() is frame:
            return last[1]
        inputs = ModelInputs(_encoded(frame), _fills(frame), None)
        self._last = (weakref.ref(frame), inputs)
        return inputs


def sources_of(frame: pd.DataFrame) -> dict[str, Source]:
    """Return the frame's numbers and categories, by name, as exported members take them."""
    sources = {}
    for at, (name, dtype) in enumerate(frame.dtypes.items()):
        if _is_category(dtype):
            sources[str(name)] = Source(at, "category", len(dtype.categories))
        elif _is_number(dtype):
            sources[str(name)] = Source(at, str(dtype), None)
    return sources


def _is_category(dtype: Any) -> bool:
    return isinstance(dtype, pd.CategoricalDtype)


def _is_number(dtype: Any) -> bool:
    return isinstance(dtype, np.dtype) and dtype.kind in "biuf"


def _fills(frame: pd.DataFrame) -> Any:
    return np.array([-1.0 if _is_category(dtype) else 0.0 for dtype in frame.dtypes])


def _encoded(frame: pd.DataFrame) -> Encoded:
    matrix = np.empty(frame.shape)
    wide: dict[int, Any] = {}
    for at, (_, column) in enumerate(frame.items()):
        array = column.array
        if isinstance(array, pd.Categorical):
            matrix[:, at] = np.where(array.codes < 0, np.nan, array.codes)
            continue
        if not _is_number(column.dtype):
            matrix[:, at] = np.nan  # which no exported member takes
            continue
        values = column.to_numpy()
        matrix[:, at] = values
        if values.dtype.kind in "iu" and values.dtype.itemsize == 8 and beyond_exact(values):
            wide[at] = values
    return Encoded(matrix, wide)
