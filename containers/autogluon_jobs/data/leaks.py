"""Find what lets a model see the label: test rows among the training rows, and telling columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

_FEWEST_ROWS = 20  # fewer prove nothing
_ROWS_PER_VALUE = 10  # a value that occurs once determines any label
_CORRELATION = 0.9999
_SHARE = 0.01


def leak_warnings(
    train: pd.DataFrame, test: pd.DataFrame | None, features: Sequence[str], label: str
) -> Iterator[str]:
    """Yield a sentence with its evidence for each leak.

    Args:
        train: features and label, one row per example.
        test: the same columns; None where there is no test channel.
        features: the columns that the model learns from.
        label: the column to predict; numbers are taken as they are, anything else as classes.

    Example: train and test with the same 20 of 100 rows give "20 of the 100 test rows are also
    training rows ...".
    """
    if test is not None:
        yield from _shared_rows(train, test, [*features, label])
    known = train[train[label].notna()]
    if len(known) >= _FEWEST_ROWS and known[label].nunique() > 1:
        for name in features:
            evidence = _evidence(known[name], known[label])
            if evidence is not None:
                yield (
                    f'Column "{name}" tells "{label}" by itself: {evidence}. Leave it out (drop) '
                    f"unless it is known at the time of prediction."
                )


def _shared_rows(train: pd.DataFrame, test: pd.DataFrame, names: list[str]) -> Iterator[str]:
    seen, asked = (_hashes(rows[names]) for rows in (train, test))
    shared = int(np.isin(asked, seen).sum())
    # Few distinct rows repeat by themselves: then they do so within the training data, too.
    _, counts = np.unique(seen, return_counts=True)
    natural = float(counts[counts > 1].sum()) / len(seen)
    if shared <= _SHARE * len(asked) or shared / len(asked) <= 2 * natural:
        return
    first = int(np.flatnonzero(np.isin(asked, seen))[0]) + 1
    yield (
        f"{shared} of the {len(asked)} test rows are also training rows, label included (the first "
        f"is row {first} of the test data), so the metrics are too good. Remove them from the "
        f"training data."
    )


def _hashes(rows: pd.DataFrame) -> np.ndarray:
    """Return a number per row; equal rows have equal numbers."""
    # Categories of two frames may differ, and their codes with them.
    plain = rows.apply(lambda cells: cells.astype(object).where(cells.notna(), None))
    return np.asarray(pd.util.hash_pandas_object(plain, index=False))


def _evidence(column: pd.Series, label: pd.Series) -> str | None:
    present = column.notna()
    column, label = column[present], label[present]
    if len(column) < _FEWEST_ROWS or column.nunique() < 2 or label.nunique() < 2:
        return None
    is_number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if pd.api.types.is_float_dtype(label) or label.nunique() * _ROWS_PER_VALUE > len(label):
        return _correlation(column, label) if is_number else None
    return _one_class_per_value(column, label) or (_ranges(column, label) if is_number else None)


def _correlation(column: pd.Series, label: pd.Series) -> str | None:
    if not pd.api.types.is_numeric_dtype(label):
        return None
    pair = np.array([column.to_numpy(float), label.to_numpy(float)])
    if not np.isfinite(pair).all() or (np.ptp(pair, axis=1) == 0).any():
        return None
    value = float(np.corrcoef(pair)[0, 1])
    return f"their correlation is {value:.5f}" if abs(value) > _CORRELATION else None


def _one_class_per_value(column: pd.Series, label: pd.Series) -> str | None:
    values = column.nunique()
    if values * _ROWS_PER_VALUE > len(column):
        return None
    classes = label.astype(str).groupby(column.astype(str)).nunique()
    return f"each of its {values} values occurs with one class only" if classes.max() == 1 else None


def _ranges(column: pd.Series, label: pd.Series) -> str | None:
    ranges = column.groupby(label.astype(str)).agg(["min", "max", "size"]).sort_values("min")
    if ranges["size"].min() < _ROWS_PER_VALUE:
        return None
    apart = (ranges["max"].to_numpy()[:-1] < ranges["min"].to_numpy()[1:]).all()
    return "the classes' ranges of numbers do not overlap" if apart else None
