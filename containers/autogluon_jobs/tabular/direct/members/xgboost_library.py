"""Call XGBoost's own C library without its Python package.

The package imports pandas and scikit-learn, which costs more than a second of a cold start, and
looks at every call's data anew, which costs a single row more than its trees do.
"""

from __future__ import annotations

import ctypes
import importlib.util
import json
import weakref
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from autogluon_jobs.tabular.direct.files.artifact_files import UnusableError


class Booster:
    """The trees of a model file. It may be asked by several threads at once, each for its rows.

    Args:
        path: XGBoost's UBJSON format.
        width: how many columns rows have.
        iterations: the first iteration to use, and the one after the last; (0, 0) are all.

    Raises:
        UnusableError: XGBoost cannot read the file, or it is for rows of another width.
    """

    def __init__(self, path: Path, width: int, iterations: Sequence[int]) -> None:
        self._library = _library()
        self._handle = ctypes.c_void_p()
        _check(self._library.XGBoosterCreate(None, 0, ctypes.byref(self._handle)))
        # Not __del__: when Python ends, the library may be gone before this object is.
        weakref.finalize(self, self._library.XGBoosterFree, self._handle).atexit = False
        _check(self._library.XGBoosterLoadModel(self._handle, str(path).encode()))
        # Woken for a single row, XGBoost's threads cost more than its trees; callers share rows.
        _check(self._library.XGBoosterSetParam(self._handle, b"nthread", b"1"))
        features = ctypes.c_uint64(0)
        _check(self._library.XGBoosterGetNumFeature(self._handle, ctypes.byref(features)))
        if features.value != width:
            raise UnusableError(f"{path.name} is for {features.value} columns, not {width}")
        begin, end = iterations
        config = {
            "type": 0, "training": False, "iteration_begin": begin, "iteration_end": end,
            "missing": float("nan"), "strict_shape": True, "cache_id": 0,
        }  # fmt: skip
        self._config = json.dumps(config).encode()

    def predict(self, rows: Any) -> Any:
        """Predict one value, or one for each class.

        Args:
            rows: float32 (n, width); NaN is missing.

        Returns:
            float32 (n, outputs).
        """
        rows = np.ascontiguousarray(rows, dtype=np.float32)
        shape, dimensions = ctypes.POINTER(ctypes.c_uint64)(), ctypes.c_uint64(0)
        values = ctypes.POINTER(ctypes.c_float)()
        _check(
            self._library.XGBoosterPredictFromDense(
                self._handle, _array_interface(rows), self._config, None,
                ctypes.byref(shape), ctypes.byref(dimensions), ctypes.byref(values),
            )
        )  # fmt: skip
        sizes = [shape[at] for at in range(dimensions.value)]
        if len(sizes) != 2 or sizes[0] != len(rows):
            raise RuntimeError(f"XGBoost answered an array of shape {sizes} to {len(rows)} rows")
        # The library's buffer is overwritten by this thread's next call.
        return np.ctypeslib.as_array(values, tuple(sizes)).copy()


def _array_interface(rows: Any) -> bytes:
    count, width = rows.shape
    return b'{"data":[%d,true],"shape":[%d,%d],"strides":null,"typestr":"<f4","version":3}' % (
        rows.ctypes.data,
        count,
        width,
    )


@cache
def _library() -> Any:
    # `find_spec` finds the package without importing it.
    spec = importlib.util.find_spec("xgboost")
    if spec is None or spec.origin is None:
        raise UnusableError("XGBoost is not installed")
    folder = Path(spec.origin).parent
    for path in (folder / "lib" / "libxgboost.so", folder / "lib" / "libxgboost.dylib"):
        if path.is_file():
            library = ctypes.CDLL(str(path))
            library.XGBGetLastError.restype = ctypes.c_char_p
            return library
    raise UnusableError(f"XGBoost has no C library below {folder.name}/lib")


def _check(status: int) -> None:
    if status != 0:
        text = _library().XGBGetLastError().decode("utf-8", "replace")
        raise UnusableError(f"XGBoost says: {text.splitlines()[0] if text else 'nothing'}")
