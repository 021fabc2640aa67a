"""What a bulk job reads does not depend on where its files are cut."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autogluon_contracts.documents.bulk_job import BulkJobConfig
from autogluon_contracts.documents.transform_batch import TransformBatch
from autogluon_jobs.bulk.chunks import named_rows
from autogluon_jobs.bulk.file_formats import cut, prepare, read_chunk
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests.bad_rows import sort_rows
from autogluon_jobs.requests.csv_rows import csv_source
from autogluon_jobs.requests.parse_jsonl import without_array
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.schema.feature_table import UNKNOWN_CODE
from autogluon_jobs.serving.codecs import parse_piece

MARK = "\ufeff"
SCHEMA = FeatureSchema(
    "y",
    "regression",
    (
        Feature("c", "category", "category", nullable=True, categories=("x", "z", MARK)),
        Feature("note", "text", "object", nullable=True),
        Feature("a", "float", "float64", nullable=True),
    ),
)
CELLS = st.text(alphabet=f'xz",\n\r {MARK}', max_size=4)
NUMBERS = st.sampled_from(["1", "", "2.5", "NaN"])
ROWS = st.lists(st.tuples(st.sampled_from(["x", "z", MARK, f"{MARK}z"]) | CELLS, CELLS, NUMBERS),
                min_size=1, max_size=12)  # fmt: skip
WHOLE_FILE = 1 << 20


def config(format_name: str) -> BulkJobConfig:
    return BulkJobConfig(
        predictor="p", job_name="j", model_package_arn="m", format=format_name,
        columns=SCHEMA.names if format_name == "csv" else None, has_header=format_name == "csv",
        id_column=None, include_columns=("note",), output="both", output_format="csv", files=(),
    )  # fmt: skip


def read(path: Path, format_name: str, target: int) -> Any:
    """The rows that all chunks of the file give, or that one of them cannot be read."""
    rows: list[Any] = []
    try:
        for chunk in cut(path, config(format_name), target, workers=2):
            for batch in read_chunk(SCHEMA, config(format_name), chunk):
                columns = [map(repr, values.tolist()) for values in batch.features.columns.values()]
                carried = batch.carried["note"]
                columns.append(carried if isinstance(carried, list) else carried.to_pylist())
                rows += zip(*columns, strict=True)
    except InputError:
        return InputError
    return rows


@settings(max_examples=300, database=None)
@given(rows=ROWS, target=st.integers(1, 60), quoting=st.sampled_from([0, 1]))
def test_csv_reads_the_same_however_it_is_cut(
    rows: list[tuple[str, ...]],
    target: int,
    quoting: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n", quoting=quoting).writerows([SCHEMA.names, *rows])
    path = tmp_path_factory.mktemp("cut") / "a.csv"
    path.write_bytes(text.getvalue().encode())
    assert read(path, "csv", target) == read(path, "csv", WHOLE_FILE)


@settings(max_examples=200, database=None)
@given(rows=ROWS, target=st.integers(1, 60), marked=st.integers(0, 40))
def test_json_lines_read_the_same_however_they_are_cut(
    rows: list[tuple[str, ...]], target: int, marked: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lines = [json.dumps(dict(zip(SCHEMA.names, row, strict=True)), ensure_ascii=False)
             for row in rows]  # fmt: skip
    if marked < len(lines):
        lines[marked] = MARK + lines[marked]
    path = tmp_path_factory.mktemp("cut") / "a.jsonl"
    path.write_bytes("\n".join(lines).encode())
    assert read(path, "jsonl", target) == read(path, "jsonl", WHOLE_FILE)


@settings(max_examples=100, database=None)
@given(
    rows=ROWS, target=st.integers(1, 60), indent=st.sampled_from([None, 0, 3]), plain=st.booleans()
)
def test_an_array_reads_as_the_lines_of_its_records(
    rows: list[tuple[str, ...]],
    target: int,
    indent: int | None,
    plain: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    records = [dict(zip(SCHEMA.names, row, strict=True)) for row in rows]
    folder = tmp_path_factory.mktemp("cut")
    array, lines = folder / "a.json", folder / "a.jsonl"
    text = MARK + json.dumps(records, indent=indent, ensure_ascii=plain)
    array.write_bytes(text.encode())
    lines.write_bytes("\n".join(map(json.dumps, records)).encode())
    cuttable = prepare(array, config("jsonl"), folder / "scratch")
    assert read(cuttable, "jsonl", target) == read(lines, "jsonl", WHOLE_FILE)
    assert prepare(lines, config("jsonl"), folder / "other") == lines
    whole = without_array(array.read_bytes())
    assert list(map(json.loads, whole.splitlines())) == records


@pytest.mark.parametrize("target", [8, 12, 16, 1000])
def test_a_mark_inside_a_file_is_a_part_of_its_cell(target: int, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"{MARK}c,note,a\nx,,1\nx,,1\nx,,1\n{MARK}z,,2\nx,,3\n".encode())
    rows = read(path, "csv", target)
    assert [row[0] for row in rows] == ["0", "0", "0", str(UNKNOWN_CODE), "0"]


def test_a_mark_that_starts_a_row_of_a_request_is_a_part_of_its_cell() -> None:
    number = FeatureSchema("y", "regression", SCHEMA.features[2:])
    source = csv_source(RowReader(number), f"a\n{MARK}\n{MARK}1\n2\n")
    found = sort_rows(number.label, source, lambda _: None)
    assert list(found.errors) == [0, 1]


@pytest.mark.parametrize("target", [2, 1000])
def test_a_row_of_one_space_is_a_row_wherever_it_stands(target: int, tmp_path: Path) -> None:
    note = FeatureSchema("y", "regression", SCHEMA.features[1:2])
    path = tmp_path / "a.csv"
    path.write_bytes(b"note\nx\n \n\ny\n")
    layout = dataclasses.replace(config("csv"), columns=note.names, include_columns=())
    rows = [
        text
        for chunk in cut(path, layout, target, workers=2)
        for batch in read_chunk(note, layout, chunk)
        for text in batch.features.columns["note"]
    ]
    assert rows == ["x", " ", "y"]
    batch = TransformBatch(
        columns=note.names,
        has_header=True,
        id_column=None,
        output="both",
        output_format="csv",
    )
    assert len(parse_piece(note, batch, "text/csv", " \n")) == 1


def batches(path: Path, target: int) -> Iterator[Any]:
    for chunk in cut(path, config("csv"), target, workers=2):
        yield from (batch.features for batch in read_chunk(SCHEMA, config("csv"), chunk))


# Of a row with too many cells, Arrow cannot even make the text that it tells.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("target", [8, 1000])
@pytest.mark.parametrize(
    ("line", "number"), [(b"\xff,,1", 3), (b"x,\xff\xfe,1,2", 3), (b'x,"\na\xff",1', 3)]
)
def test_bytes_that_are_no_utf8_are_named_by_the_row_of_the_file(
    line: bytes, number: int, target: int, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'c,note,a\nx,"\n",1\n\nx,,1\n' + line + b"\nx,,3\n")
    good: list[Any] = []
    with pytest.raises(InputError) as caught:
        good.extend(batches(path, target))
    named = named_rows(caught.value, "a.csv", sum(map(len, good))).message
    assert named.startswith(f"Row {number} of a.csv holds bytes that are not valid UTF-8")
