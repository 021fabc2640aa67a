"""Turn a table of answers into labels and probabilities, as AutoGluon returns them."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autogluon_client.endpoint.caller import callers_level
from autogluon_client.optional_packages import numpy, pandas
from autogluon_contracts.answers import (
    BASE_CONTRIBUTION,
    CONTRIBUTION_SUFFIX,
    PROBABILITY_SUFFIX,
    ROW_ERROR,
)

if TYPE_CHECKING:
    import pandas as pd


def split_answer(
    table: pd.DataFrame, index: pd.Index | None = None
) -> tuple[pd.Series | pd.DataFrame, pd.DataFrame | pd.Series]:
    """Return labels and probabilities of a table `[<label>, <class>_proba, ...]`.

    Errors of rows, and contributions, are left out.

    Args:
        table: n rows.
        index: n entries, of the data that was predicted; default: counted from 0.

    Returns:
        A Series named as the label, n long; and a DataFrame, n rows and one column per class, named
        as the class and of its type. For regression both are the same Series; for quantiles both
        are the DataFrame, n rows and one column per level, named by the level as a float. Of a
        script that answers other columns, the first, and a DataFrame of the others.
    """
    if index is not None:
        table = table.set_axis(index, axis="index")
    table = _without_contributions(_without_errors(table))
    labels = table.iloc[:, 0]
    if len(table.columns) == 1:
        return labels, labels
    if not _has_probabilities(table):
        if not all(_is_number(name) for name in table.columns):
            return labels, table.iloc[:, 1:]
        quantiles = table.set_axis([float(name) for name in table.columns], axis="columns")
        return quantiles, quantiles
    classes = [str(name).removesuffix(PROBABILITY_SUFFIX) for name in table.columns[1:]]
    probabilities = table.iloc[:, 1:].set_axis(_typed(classes, labels), axis="columns")
    return labels, probabilities


def explained(table: pd.DataFrame) -> pd.DataFrame:
    """Return `[<label>, <feature>, ..., base]` of an answer with contributions.

    With more than two classes, each row has the contributions to its predicted class.
    """
    label = table.columns[0]
    parts = [name for name in table.columns if str(name).endswith(CONTRIBUTION_SUFFIX)]
    classes = [
        str(name).removesuffix(PROBABILITY_SUFFIX)
        for name in table.columns[1 : len(table.columns) - len(parts)]
    ]
    if len(classes) < 3:
        names = [str(name).removesuffix(CONTRIBUTION_SUFFIX) for name in parts]
        return table[[label, *parts]].set_axis([label, *names], axis="columns")
    # Each feature has a column for each class, in class order.
    endings = [f"_{name}{CONTRIBUTION_SUFFIX}" for name in classes]
    names = [str(name).removesuffix(endings[0]) for name in parts[:: len(classes)]]
    numbers = table[parts].to_numpy().reshape(len(table), len(names), len(classes))
    said = table[label].astype(str).map({name: at for at, name in enumerate(classes)})
    chosen = numpy().take_along_axis(numbers, said.to_numpy()[:, None, None], axis=2)[:, :, 0]
    found = pandas().DataFrame(chosen, columns=names, index=table.index)
    found.insert(0, label, table[label])
    return found


def labels_of(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of answers without the classes' probabilities."""
    if not _has_probabilities(table):
        return table
    return table[[table.columns[0], *([ROW_ERROR] if ROW_ERROR in table.columns else [])]]


def _without_errors(table: pd.DataFrame) -> pd.DataFrame:
    """Return the answers alone; warns of rows that have an error instead of one."""
    if ROW_ERROR not in table.columns:
        return table
    errors = table[ROW_ERROR].dropna()
    if len(errors):
        warnings.warn(
            f"{len(errors):,} of {len(table):,} rows have no prediction. The first error: "
            f"{errors.iloc[0]} predict_table(..., on_error='row') has all of them in {ROW_ERROR}.",
            stacklevel=callers_level(),
        )
    return table.drop(columns=ROW_ERROR)


def _without_contributions(table: pd.DataFrame) -> pd.DataFrame:
    names = [str(name) for name in table.columns]
    # Only of an answer with all of them: a script may call its columns what it likes.
    if not names[-1].endswith(CONTRIBUTION_SUFFIX) or not names[-1].startswith(BASE_CONTRIBUTION):
        return table
    kept = [not name.endswith(CONTRIBUTION_SUFFIX) for name in names]
    kept[0] = True
    return table.loc[:, kept]


def _has_probabilities(table: pd.DataFrame) -> bool:
    return any(str(name).endswith(PROBABILITY_SUFFIX) for name in table.columns)


def _is_number(name: Any) -> bool:
    try:
        float(name)
    except ValueError:
        return False
    return True


def _typed(classes: Sequence[str], labels: pd.Series) -> list[Any]:
    """Convert class names, which are texts on the wire, to the type of the labels."""
    types = pandas().api.types
    labels = labels.dropna().infer_objects()  # a row with an error instead of a label has no type
    try:
        if types.is_bool_dtype(labels.dtype):
            return [{"True": True, "False": False}[name] for name in classes]
        if types.is_integer_dtype(labels.dtype):
            return [int(name) for name in classes]
        if types.is_float_dtype(labels.dtype):
            return [float(name) for name in classes]
    except (KeyError, ValueError):
        return list(classes)
    return list(classes)
