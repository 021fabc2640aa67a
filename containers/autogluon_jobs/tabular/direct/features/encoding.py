"""Encode rows to the numbers that AutoGluon's feature generators make of them.

One rule for each feature that models take:

- `number`: the value itself; missing is NaN.
- `equals`: 1 where the value is `value`, else 0.
- `codes`: for a category at a position of the schema, AutoGluon's code in `table`; NaN where
  AutoGluon dropped the category as rare, where it is unknown, and where it is missing.
- `text_codes`: the same for texts; a missing text is the empty one.
- `moment`: nanoseconds, or the date's `part`, of a date; `fill` replaces a missing one.
- `term` and `statistic`: see `text_features`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from autogluon_jobs.formats.cell_rules import LARGEST_EXACT
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.schema.feature_table import MISSING_MOMENT, FeatureTable
from autogluon_jobs.tabular.direct.features.text_features import TEXT_RULES, TextFeatures
from autogluon_jobs.tabular.direct.files.artifact_files import UnusableError

_NAN = float("nan")
_NOT_KNOWN = (None, None)
"""At the end of a table of codes, where the positions of unknown and missing ones point."""


@dataclass(frozen=True)
class Encoded:
    """The features that models take.

    Attributes:
        matrix: float64 (rows, features); NaN is missing.
        wide: int64 columns, by position, that hold whole numbers beyond 2**53.
    """

    matrix: Any
    wide: Mapping[int, Any]

    def __len__(self) -> int:
        return len(self.matrix)


class Encoder:
    """Applies the rules.

    Args:
        schema: what requests hold.
        rules: one object for each feature, as `model.json` has them.

    Raises:
        UnusableError: a rule that this code does not know.
    """

    def __init__(self, schema: FeatureSchema, rules: Sequence[Mapping[str, Any]]) -> None:
        self.rules = tuple(rules)
        self.fills = np.array([-1.0 if rule["op"].endswith("codes") else 0.0 for rule in rules])
        self._positions = {name: at for at, name in enumerate(schema.names)}
        numbered = list(enumerate(rules))
        self._texts = TextFeatures([pair for pair in numbered if pair[1]["op"] in TEXT_RULES])
        plain = [pair for pair in numbered if pair[1]["op"] not in TEXT_RULES]
        # A slice where that is all, which is faster to write to.
        self._columns: Any = [at for at, _ in plain] if self._texts.columns else slice(None)
        self._of_arrays = [
            (at, rule["source"], _array_rule(schema.by_name[rule["source"]], rule))
            for at, rule in plain
        ]
        self._of_values = [
            (at, self._positions[rule["source"]], _value_rule(rule)) for at, rule in plain
        ]

    def encode(self, table: FeatureTable) -> Encoded:
        """Encode the features of all rows."""
        if table.rows is not None and len(table) == 1:
            return self._encode_row(table.rows[0])
        matrix = np.empty((len(table), len(self.rules)))
        wide: dict[int, Any] = {}
        for at, name, rule in self._of_arrays:
            values = rule(table.columns[name])
            matrix[:, at] = values
            if values.dtype == np.int64 and beyond_exact(values):
                wide[at] = values
        self._texts.fill(matrix, table.columns.__getitem__)
        return Encoded(matrix, wide)

    def _encode_row(self, row: Sequence[Any]) -> Encoded:
        values = [rule(row[source]) for _, source, rule in self._of_values]
        wide = {
            at: np.array([value], dtype=np.int64)
            for (at, _, _), value in zip(self._of_values, values, strict=True)
            if type(value) is int and not -LARGEST_EXACT <= value <= LARGEST_EXACT
        }
        matrix = np.empty((1, len(self.rules)))
        matrix[0, self._columns] = values
        self._texts.fill(matrix, lambda source: (row[self._positions[source]],))
        return Encoded(matrix, wide)


def beyond_exact(values: Any) -> bool:
    """Return whether some whole number may have no 64-bit float of its own."""
    return bool(len(values) and (values.max() > LARGEST_EXACT or values.min() < -LARGEST_EXACT))


def _array_rule(feature: Feature, rule: Mapping[str, Any]) -> Callable[[Any], Any]:
    op = rule["op"]
    if op == "number":
        return lambda values: values
    if op == "equals":
        return partial(_equal_array, value=_comparable(feature, rule["value"]))
    if op == "codes":
        table = np.array([*rule["table"], *_NOT_KNOWN], dtype=np.float64)
        return lambda codes: table[codes]
    if op == "text_codes":
        codes = rule["table"]
        return lambda values: np.array([codes.get(value or "", _NAN) for value in values])
    if op == "moment":
        return partial(_moment_array, part=rule["part"], fill=rule["fill"])
    raise UnusableError(f'the feature rule "{op}" is not known')


def _value_rule(rule: Mapping[str, Any]) -> Callable[[Any], Any]:
    op = rule["op"]
    if op == "number":
        return lambda value: value
    if op == "equals":
        wanted = rule["value"]
        return lambda value: 1.0 if value == wanted else 0.0
    if op == "codes":
        table = [_NAN if code is None else float(code) for code in (*rule["table"], *_NOT_KNOWN)]
        return lambda code: table[code]
    if op == "text_codes":
        codes = rule["table"]
        return lambda value: codes.get(value or "", _NAN)
    return partial(_moment_value, part=rule["part"], fill=rule["fill"])


def _comparable(feature: Feature, value: Any) -> Any:
    return np.datetime64(value, "ns") if feature.kind == "datetime" else value


def _equal_array(values: Any, value: Any) -> Any:
    return (values == value).astype(np.float64)


def _moment_array(moments: Any, part: str, fill: int) -> Any:
    filled = np.where(np.isnat(moments), np.datetime64(fill, "ns"), moments)
    if part == "ns":
        return filled.astype(np.int64)
    # NumPy's own rounding to days overflows within a day of the smallest moment.
    days = (filled.astype(np.int64) // _NANOSECONDS_PER_DAY).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    if part == "year":
        return days.astype("datetime64[Y]").astype(np.int64) + 1970
    if part == "month":
        return months.astype(np.int64) % 12 + 1
    if part == "day":
        return (days - months).astype(np.int64) + 1
    return (days.astype(np.int64) + 3) % 7


def _moment_value(moment: int, part: str, fill: int) -> int:
    moment = fill if moment == MISSING_MOMENT else moment
    if part == "ns":
        return moment
    date = datetime.date.fromordinal(_EPOCH_DAY + moment // _NANOSECONDS_PER_DAY)
    return date.weekday() if part == "dayofweek" else int(getattr(date, part))


_EPOCH_DAY = datetime.date(1970, 1, 1).toordinal()
_NANOSECONDS_PER_DAY = 86_400 * 10**9
