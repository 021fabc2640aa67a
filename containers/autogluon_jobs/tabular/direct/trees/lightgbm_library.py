"""Call LightGBM's own C library without its Python package.

The package imports pandas and scikit-learn, which costs more than a second of a cold start, and
prepares every call anew, which costs a single row more than its trees do.
"""

from __future__ import annotations

import ctypes
import importlib.util
import threading
import weakref
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from autogluon_jobs.tabular.direct.files.artifact_files import UnusableError

# From LightGBM's c_api.h.
_FLOAT32, _FLOAT64 = 0, 1
_ROW_MAJOR = 1
_NORMAL, _LEAF_INDEX = 0, 2
_ALL_ITERATIONS = -1

_TYPES = {np.dtype(np.float32): _FLOAT32, np.dtype(np.float64): _FLOAT64}


class _FastCall:
    """A prepared call for one row, with its own buffers; for one thread."""

    def __init__(self, trees: Trees) -> None:
        self.row = np.zeros(trees.width, dtype=trees.dtype)
        self.out: Any = np.zeros(trees.outputs, dtype=np.float64)
        self._config = ctypes.c_void_p()
        _check(
            _library().LGBM_BoosterPredictForMatSingleRowFastInit(
                trees.handle, trees.kind, 0, _ALL_ITERATIONS, _TYPES[self.row.dtype],
                ctypes.c_int32(trees.width), b"num_threads=1", ctypes.byref(self._config),
            )
        )  # fmt: skip
        weakref.finalize(self, _library().LGBM_FastConfigFree, self._config).atexit = False
        self._length = ctypes.c_int64(0)
        self._call = _library().LGBM_BoosterPredictForMatSingleRowFast
        self._arguments = (
            self._config,
            self.row.ctypes.data_as(ctypes.c_void_p),
            ctypes.byref(self._length),
            self.out.ctypes.data_as(ctypes.c_void_p),
        )

    def __call__(self) -> None:
        _check(self._call(*self._arguments))


class Trees:
    """The trees of a model.

    Args:
        handle: LightGBM's, which is freed with this object.
        width: how many columns rows have.
        dtype: of the rows: float64, or float32 where trees compare with those.
        leaves: answer each tree's leaf instead of the model's value.

    Raises:
        UnusableError: the model is for rows of another width.
    """

    def __init__(self, handle: Any, width: int, dtype: Any, *, leaves: bool = False) -> None:
        self.width = width
        self.dtype = np.dtype(dtype)
        self.kind = _LEAF_INDEX if leaves else _NORMAL
        self.handle = handle
        # Not __del__: when Python ends, the library may be gone before this object is, and another
        # thread may still predict.
        weakref.finalize(self, _library().LGBM_BoosterFree, handle).atexit = False
        features, trees, classes = ctypes.c_int(0), ctypes.c_int(0), ctypes.c_int(0)
        library = _library()
        _check(library.LGBM_BoosterGetNumFeature(handle, ctypes.byref(features)))
        _check(library.LGBM_BoosterGetNumClasses(handle, ctypes.byref(classes)))
        _check(library.LGBM_BoosterNumberOfTotalModel(handle, ctypes.byref(trees)))
        if features.value != width:
            raise UnusableError(f"a model is for {features.value} columns, not {width}")
        self.outputs = trees.value if leaves else classes.value
        self._local = threading.local()

    @classmethod
    def of_file(cls, path: Path, width: int, dtype: Any, *, leaves: bool = False) -> Trees:
        """Load a file in LightGBM's text format.

        Raises:
            UnusableError: LightGBM cannot read it, or it is for rows of another width.
        """
        load = _library().LGBM_BoosterCreateFromModelfile
        return cls(_loaded(load, str(path)), width, dtype, leaves=leaves)

    @classmethod
    def of_text(cls, text: str, width: int, dtype: Any, *, leaves: bool = False) -> Trees:
        """Load the text itself."""
        load = _library().LGBM_BoosterLoadModelFromString
        return cls(_loaded(load, text), width, dtype, leaves=leaves)

    def predict(self, rows: Any, threads: int) -> Any:
        """Predict one value, class probability vector or vector of leaves for each row.

        Args:
            rows: (n, width) of `dtype`.
            threads: how many to use.

        Returns:
            float64 (n, outputs).
        """
        if len(rows) == 1:
            return self._one(rows)
        rows = np.ascontiguousarray(rows, dtype=self.dtype)
        return _predicted(self.handle, self.kind, rows, self.outputs, threads)

    def _one(self, rows: Any) -> Any:
        call = getattr(self._local, "call", None)
        if call is None:
            call = self._local.call = _FastCall(self)
        call.row[:] = rows[0]
        call()
        return call.out.reshape(1, -1).copy()


class Leaves:
    """The leaves that rows reach in the trees of a model; for any number of threads at once.

    Args:
        text: LightGBM's text format.
        width, dtype: as for `Trees`.

    Raises:
        UnusableError: see `Trees.of_text`.
    """

    def __init__(self, text: str, width: int, dtype: Any) -> None:
        self._trees = Trees.of_text(text, width, dtype, leaves=True)

    def of(self, rows: Any) -> Any:
        """Return the positions of leaves.

        Args:
            rows: (n, width) of the dtype.

        Returns:
            integers (trees, n).
        """
        return self._trees.predict(rows, 1).T.astype(np.intp, order="C")


def _loaded(load: Any, source: str) -> Any:
    handle, iterations = ctypes.c_void_p(), ctypes.c_int(0)
    _check(load(source.encode(), ctypes.byref(iterations), ctypes.byref(handle)))
    return handle


def _predicted(handle: Any, kind: int, rows: Any, outputs: int, threads: int) -> Any:
    out: Any = np.empty((len(rows), outputs), dtype=np.float64)
    length = ctypes.c_int64(0)
    # All iterations, always: LightGBM keeps those that a call asks for in the model, where the
    # calls of other threads find them.
    _check(
        _library().LGBM_BoosterPredictForMat(
            handle, rows.ctypes.data_as(ctypes.c_void_p), _TYPES[rows.dtype],
            ctypes.c_int32(len(rows)), ctypes.c_int32(rows.shape[1]), _ROW_MAJOR, kind, 0,
            _ALL_ITERATIONS, f"num_threads={threads}".encode(), ctypes.byref(length),
            out.ctypes.data_as(ctypes.c_void_p),
        )
    )  # fmt: skip
    if length.value != out.size:
        raise RuntimeError(f"LightGBM answered {length.value} values instead of {out.size}")
    return out


@cache
def _library() -> Any:
    # `find_spec` finds the package without importing it.
    spec = importlib.util.find_spec("lightgbm")
    if spec is None or spec.origin is None:
        raise UnusableError("LightGBM is not installed")
    folder = Path(spec.origin).parent
    for path in (folder / "lib" / "lib_lightgbm.so", folder / "lib" / "lib_lightgbm.dylib"):
        if path.is_file():
            library = ctypes.CDLL(str(path))
            library.LGBM_GetLastError.restype = ctypes.c_char_p
            return library
    raise UnusableError(f"LightGBM has no C library below {folder.name}/lib")


def _check(status: int) -> None:
    if status != 0:
        text = _library().LGBM_GetLastError().decode("utf-8", "replace")
        raise UnusableError(f"LightGBM says: {text}")
