"""Predictions as AutoGluon's users know them: a Series of labels, a DataFrame of classes."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from autogluon_client.errors import InvalidArgumentError
from autogluon_client.optional_packages import pandas, pyarrow_parquet

if TYPE_CHECKING:
    import pandas as pd

_SUFFIX = "_proba"


def parse_answer(content: bytes, media_type: str) -> pd.DataFrame:
    """A table of answers in one of the formats that serving and batches write.

    Raises:
        InvalidArgumentError: another format.
    """
    if media_type not in _PARSERS:
        raise InvalidArgumentError(f"accept: got {media_type!r}; allowed: {', '.join(_PARSERS)}.")
    return _PARSERS[media_type](content)


def parse_result_file(content: bytes, uri: str) -> pd.DataFrame:
    """A batch's result file, whose suffix says what it is."""
    return parse_answer(content, _JSON_LINES if uri.endswith(".jsonl") else _CSV)


def split_answer(
    table: pd.DataFrame, index: pd.Index | None = None
) -> tuple[pd.Series | pd.DataFrame, pd.DataFrame | pd.Series]:
    """Labels and probabilities of a table `[<label>, <class>_proba, ...]`.

    Args:
        table: n rows.
        index: n entries, of the data asked about; counted from 0 when absent.

    Returns:
        A Series named as the label, n long; and a DataFrame, n rows and one column per class, named
        as the class and of its type. For regression both are the same Series; for quantiles both
        are the DataFrame, n rows and one column per level, named by the level as a float.
    """
    if index is not None:
        table = table.set_axis(index, axis="index")
    labels = table.iloc[:, 0]
    if len(table.columns) == 1:
        return labels, labels
    if not any(str(name).endswith(_SUFFIX) for name in table.columns):
        quantiles = table.set_axis([float(name) for name in table.columns], axis="columns")
        return quantiles, quantiles
    classes = [str(name).removesuffix(_SUFFIX) for name in table.columns[1:]]
    probabilities = table.iloc[:, 1:].set_axis(_typed(classes, labels), axis="columns")
    return labels, probabilities


def _typed(classes: Sequence[str], labels: pd.Series) -> list[Any]:
    """Class names are texts on the wire; labels say which type the classes have."""
    types = pandas().api.types
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


def _from_records(records: Sequence[dict[str, Any]]) -> pd.DataFrame:
    pd = pandas()
    names = list(records[0]) if records else []
    return pd.DataFrame({name: [record[name] for record in records] for name in names})


def _json_lines(content: bytes) -> pd.DataFrame:
    # Not str.splitlines, which would also cut at separators inside texts.
    return _from_records([json.loads(line) for line in content.split(b"\n") if line.strip()])


def _json(content: bytes) -> pd.DataFrame:
    return _from_records(json.loads(content))


def _csv(content: bytes) -> pd.DataFrame:
    # An empty cell is missing; a class called "NA" is a class.
    return pandas().read_csv(
        io.BytesIO(content), float_precision="round_trip", keep_default_na=False, na_values=[""]
    )


def _parquet(content: bytes) -> pd.DataFrame:
    pyarrow_parquet()
    return pandas().read_parquet(io.BytesIO(content))


_CSV, _JSON_LINES = "text/csv", "application/jsonlines"
_PARSERS: dict[str, Callable[[bytes], Any]] = {
    _CSV: _csv,
    "application/json": _json,
    "application/jsonl": _json_lines,
    _JSON_LINES: _json_lines,
    "application/x-parquet": _parquet,
}
