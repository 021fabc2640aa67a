"""Odd and malformed requests: rows of a table, made odd step by step.

Every request starts as rows of the table, each cell known as text. It is then made odd: cells,
columns, types, layout, encoding, content type, options, and where a bulk job would cut it.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autogluon_contracts.content_types import Format
from autogluon_contracts.data.files.csv_dialect import Delimiter
from benchmarks.odd.tables import OddTables, one_in
from benchmarks.odd.values import (
    ODD_ATTRIBUTES,
    ODD_BODIES,
    ODD_BY_KIND,
    ODD_CELLS,
    ODD_JSON,
    ODD_TYPES,
)

Row = dict[str, str]
MARK = "\ufeff"
BY_ROW = "on_error=row"


@dataclass(frozen=True)
class BulkLayout:
    """How a bulk job reads the body: as a file of this format, cut into chunks of these bytes.

    `columns`, `has_header` and `delimiter` are those of CSV.
    """

    format: Format
    chunk_bytes: int
    columns: tuple[str, ...] | None = None
    has_header: bool = False
    delimiter: Delimiter = ","


@dataclass
class OddRequest:
    """One request; `rows` are its cells where they are known, None where anything may be meant.

    `broken` says that its columns or layout are wrong, so that it must not be answered. `headless`
    says that it has no header, so that what could be one may be refused.
    """

    body: bytes
    content_type: str
    accept: str = "application/json"
    attributes: str = ""
    rows: list[Row] | None = None
    broken: bool = False
    headless: bool = False
    bulk: BulkLayout | None = None
    steps: list[str] = field(default_factory=list)


class Corpus:
    """Odd requests about rows of one table.

    Args:
        features: as `feature_schema.json` has them, in the schema's order.
        label: the label's name.
        rows: cells by feature.
        dice: makes every choice.
    """

    def __init__(
        self,
        features: Sequence[Mapping[str, Any]],
        label: str,
        rows: Sequence[Row],
        dice: random.Random,
    ) -> None:
        self._names = [feature["name"] for feature in features]
        self._kinds = {feature["name"]: feature["kind"] for feature in features}
        self._label = label
        self._rows = rows
        self._dice = dice
        self._tables = OddTables(features, dice)

    def request(self) -> OddRequest:
        """The next request."""
        kinds = (self._csv, self._csv, self._json, self._json, self._jsonl, self._table,
                 self._table, self._bytes, self._file, self._file)  # fmt: skip
        request = self._dice.choice(kinds)()
        if request.bulk is None:
            self._make_envelope_odd(request)
        return request

    def _some_rows(self) -> tuple[list[Row], list[str]]:
        rows = [dict(self._dice.choice(self._rows)) for _ in range(self._dice.randint(1, 4))]
        steps = []
        for _ in range(self._dice.choice((0, 1, 1, 2))):
            row, name = self._dice.choice(rows), self._dice.choice(self._names)
            row[name] = self._odd_cell(name, row[name])
            steps.append(f"cell {name}={row[name][:20]!r}")
        return rows, steps

    def _odd_cell(self, name: str, cell: str) -> str:
        suited = ODD_BY_KIND.get(self._kinds[name], ODD_CELLS)
        cells: Sequence[str] = self._dice.choice((("",), (MARK + cell,), suited, suited, ODD_CELLS))
        return self._dice.choice(cells)

    def _columns(self) -> tuple[list[str], list[str], bool]:
        """Header names, the steps that made them, and whether they are wrong."""
        header = list(self._names)
        changes = ["none", "order", "order", "label", "twice", "name", "extra"]
        change = self._dice.choice(changes if len(header) == 1 else [*changes, "drop"])
        at = self._dice.randrange(len(header))
        if change == "order":
            self._dice.shuffle(header)
        elif change == "label":
            header.insert(at, self._label)
        elif change == "drop":
            del header[at]
        elif change == "twice":
            header.insert(at, self._dice.choice(self._names))
        elif change == "name":
            changed = (header[at].swapcase(), f" {header[at]}", header[at] + "s", "zzz")
            header[at] = self._dice.choice(changed)
        elif change == "extra":
            extra = self._dice.choice(("", "Unnamed: 0", "index", "id"))
            header.insert(at, extra)
            if extra == "Unnamed: 0" or (extra == "" and at == 0):
                change = "index"  # a request may carry it, as pandas and R write it
        return header, [f"columns {change}"], change in ("drop", "twice", "name", "extra")

    def _cell(self, row: Row, name: str) -> str:
        return row.get(name, row.get(name.strip().lower(), "x"))

    def _csv(self) -> OddRequest:
        rows, steps = self._some_rows()
        header, more, broken = self._columns()
        layout = self._dice.choice(
            ("plain", "crlf", "mark", "quoted", "semicolons", "bare", "bare", "ragged", "again")
        )
        if layout == "bare":
            header, more, broken = list(self._names), [], False
        delimiter: Delimiter = ";" if layout == "semicolons" else ","
        buffer = io.StringIO(newline="")
        writer = csv.writer(
            buffer,
            delimiter=delimiter,
            lineterminator="\r\n" if layout == "crlf" else "\n",
            quoting=csv.QUOTE_ALL if layout == "quoted" else csv.QUOTE_MINIMAL,
        )
        if layout != "bare":
            writer.writerow(header)
        for row in rows:
            writer.writerow([self._cell(row, name) for name in header])
        if layout == "again":
            writer.writerow(header)
        text = buffer.getvalue()
        if layout == "ragged":
            text = text.rstrip("\n") + ",\n"
        # Of one column, nobody sees that its cells were to be separated by semicolons.
        unseen = layout == "semicolons" and len(header) == 1
        broken |= layout in ("ragged", "again")
        request = OddRequest(
            (MARK if layout == "mark" else "").encode() + text.encode("utf-8", "surrogatepass"),
            "text/csv",
            # A mark that comes first is the body's, whoever meant it as a part of the first cell.
            rows=None if unseen or text.startswith(MARK) else rows,
            broken=broken,
            headless=layout == "bare",
            steps=[*steps, *more, f"layout {layout}"],
        )
        return self._as_file(request, "csv", tuple(header), layout != "bare", delimiter)

    def _as_file(
        self,
        request: OddRequest,
        format_name: Format,
        columns: Any = None,
        has_header: bool = False,
        delimiter: Delimiter = ",",
    ) -> OddRequest:
        """The request, remembering how it would be read as a file; `_file` makes it one."""
        size = self._dice.choice((1, 8, 12, 40, 200, 1 << 20))
        self._layout = BulkLayout(format_name, size, columns, has_header, delimiter)
        return request

    def _file(self) -> OddRequest:
        request = self._dice.choice((self._csv, self._jsonl, self._table_body))()
        request.bulk = self._layout
        request.headless = False  # a job's configuration says what its columns are
        request.steps.append(f"chunks of {self._layout.chunk_bytes} bytes")
        return self._with_other_bytes(request) if one_in(6, self._dice) else request

    def _records(self) -> tuple[list[Any], list[Row] | None, bool, list[str]]:
        rows, steps = self._some_rows()
        header, more, broken = self._columns()
        doubled = len(set(header)) < len(header)  # an object cannot hold a key twice
        records: list[Any] = [
            {name: self._cell(row, name) for name in header if name} for row in rows
        ]
        known: list[Row] | None = rows
        if "" in header or doubled:
            broken = False
        if one_in(3, self._dice):
            value = self._dice.choice(ODD_JSON)
            self._dice.choice(records)[self._dice.choice(self._names)] = value
            known, broken = None, False
            steps.append(f"json {str(value)[:20]}")
        return records, known, broken, [*steps, *more]

    def _json(self) -> OddRequest:
        records, rows, broken, steps = self._records()
        shape = self._dice.choice(("list", "list", "instances", "one", "nested", "marked"))
        document: Any = records
        if shape == "instances":
            document = {"instances": records}
        elif shape == "one":
            document, rows = records[0], None if rows is None else rows[:1]
        elif shape == "nested":
            document, rows, broken = [records], None, True
        body = (MARK if shape == "marked" else "").encode() + json.dumps(document).encode()
        steps = [*steps, f"shape {shape}"]
        return OddRequest(body, "application/json", rows=rows, broken=broken, steps=steps)

    def _jsonl(self) -> OddRequest:
        records, rows, broken, steps = self._records()
        between = self._dice.choice(("\n", "\n\n", "\r\n"))
        body = between.join(map(json.dumps, records)).encode()
        request = OddRequest(body, "application/jsonl", rows=rows, broken=broken, steps=steps)
        return self._as_file(request, "jsonl")

    def _table_body(self) -> OddRequest:
        rows, steps = self._some_rows()
        header, more, broken = self._columns()
        cells = {name: [self._cell(row, name) for row in rows] for name in header}
        names = header if "twice" in more[0] else list(cells)
        body, hostile = self._tables.parquet(names, cells)
        request = OddRequest(
            body,
            "application/x-parquet",
            rows=None if hostile else rows,
            broken=broken,
            steps=[*steps, *more, *hostile],
        )
        return self._as_file(request, "parquet")

    def _table(self) -> OddRequest:
        request = self._table_body()
        if one_in(2, self._dice):
            request.body = self._tables.envelope(request.body)
            request.content_type = "application/x-autogluon"
        return request

    def _bytes(self) -> OddRequest:
        if one_in(3, self._dice):
            body = self._dice.choice(ODD_BODIES)
            return OddRequest(body, self._dice.choice(("text/csv", "application/json", *ODD_TYPES)))
        request = self._dice.choice((self._csv, self._json, self._jsonl, self._table))()
        return self._with_other_bytes(request)

    def _with_other_bytes(self, request: OddRequest) -> OddRequest:
        data = bytearray(request.body)
        for _ in range(self._dice.randint(1, 6)):
            at = self._dice.randrange(len(data))
            data[at : at + self._dice.randint(0, 3)] = self._dice.randbytes(
                self._dice.randint(0, 3)
            )
            data = data or bytearray(b"x")
        steps = [*request.steps, "bytes"]
        return OddRequest(bytes(data), request.content_type, bulk=request.bulk, steps=steps)

    def _make_envelope_odd(self, request: OddRequest) -> None:
        if one_in(10, self._dice):
            request.content_type, request.rows = self._dice.choice(ODD_TYPES), None
            request.broken = False
        if one_in(10, self._dice):
            request.accept = self._dice.choice(("text/csv", "text/html", "application/xml", "*/*"))
            request.rows = None
        if one_in(5, self._dice):
            request.attributes = BY_ROW
        elif one_in(10, self._dice):
            request.attributes = self._dice.choice(ODD_ATTRIBUTES)
            request.rows = None
