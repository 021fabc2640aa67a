"""Typed tables: what cells say in the types that clients have, and in unexpected types."""

from __future__ import annotations

import base64
import io
import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from autogluon_jobs.formats.cell_rules import MISSING_MARKS, NUMBER, WHOLE_NUMBER

_is_number = re.compile(NUMBER).fullmatch
_is_whole = re.compile(WHOLE_NUMBER).fullmatch
_is_day = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])").fullmatch
_TEXTS = (pa.string(), pa.large_string(), pa.dictionary(pa.int16(), pa.string()))
_DAYS = (pa.date32(), pa.timestamp("s"), pa.timestamp("us"), pa.timestamp("ns", tz="UTC"))
_ZONES = ("UTC", "Foo/Bar", "+05:30", "Europe/Berlin", "")


def one_in(count: int, dice: random.Random) -> bool:
    """Whether a throw hits; by a choice, as Hypothesis prefers extremes among numbers."""
    return dice.choice([False] * (count - 1) + [True])


class OddTables:
    """Makes Parquet of cells.

    Args:
        features: as `feature_schema.json` has them.
        dice: makes every choice.
    """

    def __init__(self, features: Sequence[Mapping[str, Any]], dice: random.Random) -> None:
        self._kinds = {feature["name"]: feature["kind"] for feature in features}
        self._dice = dice

    def parquet(
        self, names: Sequence[str], cells: Mapping[str, Sequence[str]]
    ) -> tuple[bytes, list[str]]:
        """A file with columns of these names, and the steps that made it mean something else.

        Args:
            names: the columns, of which one may stand twice.
            cells: texts by column; what they say is what the typed columns say.
        """
        columns = [self._typed(self._kinds.get(name, "text"), cells[name]) for name in names]
        steps = []
        if one_in(3, self._dice):
            at = self._dice.randrange(len(names))
            columns[at] = self._hostile(len(cells[names[at]]))
            steps.append(f"type {names[at]}: {columns[at].type}")
        sink = io.BytesIO()
        groups = self._dice.choice((1, 2, 1000))
        pq.write_table(pa.table(columns, list(names)), sink, row_group_size=groups)
        return sink.getvalue(), steps

    def envelope(self, data: bytes) -> bytes:
        """The file as AutoGluon Cloud's client sends it."""
        return json.dumps({"version": 1, "data": base64.b64encode(data).decode()}).encode()

    def _typed(self, kind: str, cells: Sequence[str]) -> Any:
        is_text = kind in ("category", "text")
        marks = ("",) if is_text else ("", *MISSING_MARKS)
        values = [None if cell.strip(" ") in marks and cell.strip(" ") == cell else cell
                  for cell in cells]  # fmt: skip
        if all(value is None for value in values):
            # What pandas makes of a column without values depends on what it was before.
            kinds = (pa.float64(), pa.null(), pa.timestamp("ns"), pa.bool_(), pa.string())
            missing = self._dice.choice(kinds)
            if missing == pa.float64():
                return pa.array(np.full(len(cells), np.nan))
            return pa.nulls(len(cells), missing)
        present = [value for value in values if value is not None]
        ways: list[Callable[[], Any]] = [lambda: pa.array(values).cast(self._dice.choice(_TEXTS))]
        if kind in ("int", "float") and all(map(_is_whole, present)):
            ways += [lambda: _whole(values), lambda: _decimals(values)]
        if kind == "float" and all(map(_is_number, present)):
            ways += [lambda: _floats(values)] * 2
        if kind == "bool" and all(value in ("true", "false") for value in present):
            ways += [lambda: pa.array([None if v is None else v == "true" for v in values])] * 2
        if kind == "datetime" and all(map(_is_day, present)):
            ways += [lambda: _days(values).cast(self._dice.choice(_DAYS))] * 2
        return self._dice.choice(ways)()

    def _hostile(self, count: int) -> Any:
        number = self._dice.choice((0, 1, -1, 10**9, -(2**31), 10**15, 2**62, -(2**63), 2**63 - 1))
        small = self._dice.choice((0, 10**9, -(2**31), 2**31 - 1))
        unit = self._dice.choice(("s", "ms", "us", "ns"))
        zone = self._dice.choice(_ZONES)
        floats = [float("nan"), float("inf"), 2.0**53 + 2, 0.5, 1e39]
        kind: Callable[[], Any] = self._dice.choice((
            lambda: _cast(number, pa.int64(), pa.timestamp(unit, tz=zone or None)),
            lambda: _cast(number, pa.int64(), pa.timestamp(unit, tz=zone or None)),
            lambda: _cast(number, pa.int64(), pa.duration(unit)),
            lambda: _cast(small, pa.int32(), pa.date32()),
            lambda: _cast(small * 86_400_000, pa.int64(), pa.date64()),
            lambda: _cast(small, pa.int32(), pa.time32("ms")),
            lambda: _cast(number, pa.int64(), pa.time64("us")),
            lambda: pa.array([number], pa.int64()),
            lambda: pa.array([2**64 - 1], pa.uint64()),
            lambda: pa.array([Decimal(number)], pa.decimal128(30, self._dice.choice((0, 4)))),
            lambda: pa.array([self._dice.choice(floats)]),
            lambda: pa.array(np.float16([self._dice.choice((np.nan, np.inf, 0.5, 1000.0))])),
            lambda: pa.array([self._dice.choice((b"\xff", b"x", b""))]),
            lambda: _not_utf8(),
            lambda: pa.array([b"1" * 16], pa.uuid()),
            lambda: pa.array([self._dice.choice(([1], [], ["x"]))]),
            lambda: pa.array([{"a": 1}]),
            lambda: pa.array([True]),
            lambda: pa.array(["x"]).dictionary_encode(),
        ))  # fmt: skip
        one = kind()
        rows = pa.concat_arrays([one] * count) if count > 1 else one
        if one_in(3, self._dice):
            rows = pa.concat_arrays([rows.slice(1), pa.nulls(1, rows.type)])
        return rows


def _whole(values: Sequence[str | None]) -> Any:
    numbers = [None if value is None else int(value) for value in values]
    if any(number is not None and not -(2**63) <= number < 2**63 for number in numbers):
        return pa.array(values)
    return pa.array(numbers, pa.int64())


def _decimals(values: Sequence[str | None]) -> Any:
    if any(len(value or "") > 30 for value in values):
        return pa.array(values)
    return pa.array([None if v is None else Decimal(v) for v in values], pa.decimal128(38, 0))


def _floats(values: Sequence[str | None]) -> Any:
    return pa.array([float("nan") if value is None else float(value) for value in values])


def _days(values: Sequence[str | None]) -> Any:
    return pa.array([None if v is None else date.fromisoformat(v) for v in values], pa.date32())


def _cast(value: int, stored: Any, kind: Any) -> Any:
    return pa.array([value], stored).cast(kind)


def _not_utf8() -> Any:
    ends = pa.py_buffer(np.array([0, 1], np.int32))
    return pa.Array.from_buffers(pa.string(), 1, [None, ends, pa.py_buffer(b"\xff")])
