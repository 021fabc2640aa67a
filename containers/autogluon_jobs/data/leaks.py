"""Find what lets a model see the label: test rows among the training rows, and telling columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from autogluon_contracts.data.leak_limits import CORRELATION, FEWEST_ROWS, ROWS_PER_VALUE

_SHARE = 0.01  # of the test rows; fewer hardly move a metric
_SAMPLE = 1_000


def leak_warnings(
    train: pd.DataFrame, test: pd.DataFrame | None, features: Sequence[str], label: str
) -> Iterator[str]:
    """Yield a sentence with its evidence for each leak.

    Args:
        train: features and label, one row per example.
        test: the same columns, or None.
        features: the columns that the model learns from.
        label: the column to predict. A label of floating-point numbers, or of numbers with fewer
            than ten rows per value, is compared as a number; any other as a class.

    Example: train and test with the same 20 of 100 rows give "20 of the 100 test rows are also
    training rows ...".
    """
    if test is not None:
        names = [*features, label]
        yield from shared_row_warnings(train[names], test[names])
    yield from telling_columns(train, features, label)


def telling_columns(train: pd.DataFrame, features: Sequence[str], label: str) -> Iterator[str]:
    """Yield a sentence with its evidence for each column that tells the label by itself."""
    known = train[train[label].notna()]
    if len(known) < FEWEST_ROWS:
        return
    as_number = is_compared_as_number(known[label])
    classes = pd.factorize(known[label])[0]
    numbers = known[label].to_numpy(float) if as_number else None
    for name in features:
        column = known[name]
        found = _as_class(column, classes) if numbers is None else _correlation(column, numbers)
        if found is not None:
            yield (
                f'Column "{name}" tells "{label}" by itself: {found}. If it is not known at the '
                f"time of prediction, list it in learner_kwargs.ignored_columns."
            )


def is_compared_as_number(label: pd.Series) -> bool:
    """Return whether a label's values are numbers of which most occur a few times only."""
    return _is_number(label) and bool(
        pd.api.types.is_float_dtype(label) or label.nunique() * ROWS_PER_VALUE > len(label)
    )


def row_hashes(rows: pd.DataFrame) -> np.ndarray:
    """Return a 64-bit number per row; equal rows have equal numbers, in every frame."""
    # Not rows.astype, which joins the columns of wide tables one by one.
    same = pd.DataFrame(
        {at: _comparable(column) for at, (_, column) in enumerate(rows.items())}, copy=False
    )
    return np.asarray(pd.util.hash_pandas_object(same, index=False, categorize=False))


def _comparable(column: pd.Series) -> Any:
    """Return values of which equal ones are equal in every frame.

    A column is of floating-point numbers in one frame and of whole numbers in another.
    """
    if not _is_number(column):
        return column.array
    return column.to_numpy("float64", na_value=np.nan)


def shared_row_warnings(train: pd.DataFrame, test: pd.DataFrame) -> Iterator[str]:
    """Yield a sentence with its evidence where more test rows are training rows than by chance."""
    seen = row_hashes(train)
    places = np.flatnonzero(np.isin(row_hashes(test), seen))
    # Where few different rows are possible, they repeat within the training data, too.
    natural = pd.Series(seen).duplicated(keep=False).mean()
    share = len(places) / len(test) if len(test) else 0.0
    if share > max(_SHARE, 2 * natural):
        yield (
            f"{len(places)} of the {len(test)} test rows are also training rows, label included "
            f"(the first is row {places[0] + 1} of the test data), so the metrics may overstate "
            f"the quality. Remove them from the training data."
        )


def _is_number(column: pd.Series) -> bool:
    kinds = pd.api.types
    return bool(kinds.is_numeric_dtype(column) and not kinds.is_bool_dtype(column))


def _correlation(column: pd.Series, numbers: np.ndarray) -> str | None:
    if not _is_number(column):
        return None
    present = column.notna().to_numpy()
    pair = np.array([column.to_numpy(float, na_value=np.nan)[present], numbers[present]])
    if pair.shape[1] < FEWEST_ROWS or not np.isfinite(pair).all():
        return None
    if (np.ptp(pair, axis=1) == 0).any():
        return None
    value = float(np.corrcoef(pair)[0, 1])
    return f"their correlation is {value:.5f}" if abs(value) > CORRELATION else None


def _as_class(column: pd.Series, classes: np.ndarray) -> str | None:
    present = column.notna().to_numpy()
    column, classes = column[present], classes[present]
    if len(column) < FEWEST_ROWS or classes.min() == classes.max():
        return None
    # Two rows that contradict settle it: a part of the rows has them for nearly every column.
    step = max(1, len(column) // _SAMPLE)
    for every in dict.fromkeys((step, 1)):
        part, truth = column.iloc[::every], classes[::every]
        codes, values = pd.factorize(part)
        by_value = _one_class_each(codes, truth)
        by_range = _is_number(column) and _ranges_are_apart(part.to_numpy(float), truth)
        if not by_value and not by_range:
            return None
    if by_value and len(values) * ROWS_PER_VALUE <= len(column):
        return f"each of its {len(values)} values occurs with one class only"
    if by_range and np.bincount(classes)[np.unique(classes)].min() >= ROWS_PER_VALUE:
        return "the classes' ranges of numbers do not overlap"
    return None


def _one_class_each(codes: np.ndarray, classes: np.ndarray) -> bool:
    pairs = codes.astype(np.int64) * (int(classes.max()) + 1) + classes
    return bool(pd.unique(pairs).size == codes.max() + 1)


def _ranges_are_apart(values: np.ndarray, classes: np.ndarray) -> bool:
    order = np.argsort(values)
    values, classes = values[order], classes[order]
    borders = np.flatnonzero(classes[1:] != classes[:-1])
    # In one piece each, and no number at a border is both classes'.
    whole = len(borders) == len(np.unique(classes)) - 1
    return whole and bool((values[borders] < values[borders + 1]).all())
