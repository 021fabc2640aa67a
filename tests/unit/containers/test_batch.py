"""Pieces of split files, as Batch Transform posts them under `AUTOGLUON_BATCH`."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from autogluon_contracts.document import DocumentError
from autogluon_contracts.documents.transform_batch import TransformBatch
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.serving.served_model import ServedModel, load_model
from autogluon_jobs.serving.transform_model import TransformModel
from tests.unit.containers import shop_data
from tests.unit.containers.job_folder import JobFolder
from tests.unit.containers.shop_data import FEATURES, csv_of, headerless, record

ROWS = [row | {"key": f"k{i}, {i}"} for i, row in enumerate(shop_data.rows(30, seed=31))]
COLUMNS = ("key", *reversed(FEATURES))


def environ(**changes: Any) -> dict[str, str]:
    document = {
        "version": 1, "columns": list(COLUMNS), "has_header": True, "id_column": "key",
        "output": "both", "output_format": "csv",
    }  # fmt: skip
    return {"AUTOGLUON_BATCH": json.dumps(document | changes)}


def batch(model: ServedModel, **changes: Any) -> ServedModel:
    config = TransformBatch.from_environment(environ(**changes))
    assert config is not None
    return TransformModel(model.schema, model.engine, config)


def pieces(body: str, lines: int) -> list[str]:
    cut = body.splitlines(keepends=True)
    return ["".join(cut[at : at + lines]) for at in range(0, len(cut), lines)]


def run(model: ServedModel, body: str, lines: int, content_type: str = "text/csv") -> list[str]:
    """The assembled answer, as `SplitType=Line` and `AssembleWith=Line` make it."""
    answers = [str(model.answer(piece, content_type, "")[0]) for piece in pieces(body, lines)]
    return "\n".join(answer for answer in answers if answer).splitlines()


@pytest.fixture(scope="module")
def truth(shop: ServedModel) -> list[dict[str, Any]]:
    body, *_ = shop.answer(csv_of(ROWS, FEATURES), "text/csv", "application/json")
    answers: list[dict[str, Any]] = json.loads(body)
    return answers


@pytest.mark.parametrize("lines", [1, 4, 7, 100])
def test_split_file_with_reordered_header_gives_every_row_once_in_order(shop, truth, lines):
    table = list(csv.reader(run(batch(shop), csv_of(ROWS, COLUMNS), lines)))
    assert [row[0] for row in table] == [row["key"] for row in ROWS]
    assert [row[1] for row in table] == [row["bought"] for row in truth]
    assert [float(row[3]) for row in table] == [row["yes_proba"] for row in truth]


@pytest.mark.parametrize("on_error", ["batch", "row"])
def test_one_line_a_request_gives_every_row_once_and_counts_it_once(shop, truth, capsys, on_error):
    """As BatchStrategy SingleRecord posts them: the header, and blank lines, alone, too."""
    model = batch(shop, on_error=on_error)
    table = list(csv.reader(run(model, csv_of(ROWS, COLUMNS) + "\n", 1)))
    assert [row[0] for row in table] == [row["key"] for row in ROWS]
    assert [float(row[3]) for row in table] == [row["yes_proba"] for row in truth]
    assert capsys.readouterr().out.splitlines() == ["AGROWS rows=1"] * len(ROWS)

    body = "\n".join(json.dumps(record(row) | {"key": i}) + "\n" for i, row in enumerate(ROWS))
    model = batch(shop, columns=None, has_header=False, output_format="jsonl", on_error=on_error)
    lines = [json.loads(line) for line in run(model, body, 1, "application/jsonlines")]
    assert [line["key"] for line in lines] == list(range(len(ROWS)))
    assert [line["yes_proba"] for line in lines] == [row["yes_proba"] for row in truth]
    assert capsys.readouterr().out.splitlines() == ["AGROWS rows=1"] * len(ROWS)


def test_each_piece_tells_how_many_rows_it_had_and_nothing_of_them(shop, capsys):
    run(batch(shop), csv_of(ROWS, COLUMNS), 7)
    # Seven lines a piece: the first of them is the header.
    assert capsys.readouterr().out.splitlines() == [
        f"AGROWS rows={rows}" for rows in (6, 7, 7, 7, 3)
    ]


@pytest.mark.parametrize("on_error", ["batch", "row"])
@pytest.mark.parametrize("lines", [7, 100])
def test_split_file_separated_by_semicolons(shop, truth, lines, on_error):
    rows = [row | {"key": f"a;b, {row['key']}"} for row in ROWS]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerows([COLUMNS, *([row[name] for name in COLUMNS] for row in rows)])
    model = batch(shop, delimiter=";", on_error=on_error)
    table = list(csv.reader(run(model, text.getvalue(), lines)))
    assert [row[0] for row in table] == [row["key"] for row in rows]
    assert [float(row[3]) for row in table] == [row["yes_proba"] for row in truth]


def test_header_less_file_with_an_id(shop, truth):
    model = batch(shop, has_header=False)
    table = list(csv.reader(run(model, headerless(ROWS, COLUMNS), 7)))
    assert [float(row[3]) for row in table] == [row["yes_proba"] for row in truth]


def test_header_less_file_in_schema_order(shop, truth):
    model = batch(shop, columns=None, has_header=False, id_column=None)
    table = list(csv.reader(run(model, headerless(ROWS), 7)))
    assert [float(row[2]) for row in table] == [row["yes_proba"] for row in truth]


def test_header_at_the_start_of_a_later_piece_is_no_row(shop):
    header, rest = csv_of(ROWS, COLUMNS).split("\n", 1)
    answer, *_ = batch(shop).answer(f"{header}\n{rest}", "text/csv", "")
    again, *_ = batch(shop).answer(rest, "text/csv", "")
    assert answer == again
    assert len(list(csv.reader(io.StringIO(str(answer))))) == len(ROWS)


def test_piece_with_only_the_header_answers_nothing(shop):
    header = csv_of(ROWS, COLUMNS).split("\n", 1)[0]
    assert batch(shop).answer(f"{header}\n", "text/csv", "")[0] == ""


def test_blank_trailing_lines_are_no_rows(shop):
    body = headerless(ROWS[:3], COLUMNS)
    assert batch(shop).answer(body + "\n\n", "text/csv", "") == batch(shop).answer(
        body, "text/csv", ""
    )


@pytest.mark.parametrize(
    ("output", "columns"),
    [("labels", ["key", "bought"]), ("probabilities", ["key", "no_proba", "yes_proba"]),
     ("both", ["key", "bought", "no_proba", "yes_proba"])],
)  # fmt: skip
def test_output_chooses_the_columns(shop, output, columns):
    model = batch(shop, output=output, output_format="jsonl")
    lines = run(model, csv_of(ROWS, COLUMNS), 7)
    assert len(lines) == len(ROWS)
    assert all(list(json.loads(line)) == columns for line in lines)


def test_json_lines_with_an_id(shop, truth):
    body = "".join(json.dumps(record(row) | {"key": i}) + "\n" for i, row in enumerate(ROWS))
    model = batch(shop, columns=None, has_header=False, output_format="jsonl")
    table = [json.loads(line) for line in run(model, body, 7, "application/jsonlines")]
    assert [row["key"] for row in table] == list(range(len(ROWS)))
    assert [row["yes_proba"] for row in table] == [row["yes_proba"] for row in truth]


def test_id_that_is_a_feature_too_stays_a_feature(shop, truth):
    model = batch(shop, columns=list(FEATURES), id_column="zip")
    table = list(csv.reader(run(model, csv_of(ROWS, FEATURES), 7)))
    assert [row[0] for row in table] == [row["zip"] for row in ROWS]
    assert [float(row[3]) for row in table] == [row["yes_proba"] for row in truth]


def test_bad_cell_names_column_and_row_of_the_piece(shop):
    rows = [row | ({"age": "x"} if i == 2 else {}) for i, row in enumerate(ROWS)]
    with pytest.raises(InputError, match='"age", row 3: "x"'):
        batch(shop).answer(csv_of(rows, COLUMNS), "text/csv", "")


def test_missing_id_of_json_lines_names_the_row(shop):
    model = batch(shop, columns=None, has_header=False)
    with pytest.raises(InputError, match='Id column "key" not found in row 1'):
        model.answer(json.dumps(record(ROWS[0])), "application/jsonlines", "")


def in_jsonl(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps({name: row[name] for name in COLUMNS}) + "\n" for row in rows)


def in_array(rows: list[dict[str, Any]]) -> bytes:
    return json.dumps([{name: row[name] for name in COLUMNS} for row in rows], indent=1).encode()


def in_parquet(rows: list[dict[str, Any]]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({name: [row[name] for row in rows] for name in COLUMNS}), sink)
    return sink.getvalue()


SPOILT = [row | {4: {"age": "x"}, 9: {"joined": "x"}}.get(at, {}) for at, row in enumerate(ROWS)]
BY_NAME = {"columns": None, "has_header": False}


@pytest.mark.parametrize(
    ("kind", "body", "changes"),
    [
        ("text/csv", csv_of(SPOILT, COLUMNS), {}),
        ("text/csv", headerless(SPOILT, COLUMNS), {"has_header": False}),
        ("application/jsonlines", in_jsonl(SPOILT), BY_NAME),
        ("application/jsonlines", in_array(SPOILT), BY_NAME),
        ("application/x-parquet", in_parquet(SPOILT), BY_NAME),
    ],
)
def test_with_on_error_row_a_bad_row_costs_itself_and_keeps_its_id(
    shop, shop_schema, truth, kind, body, changes
):
    model = batch(shop, on_error="row", output_format="jsonl", **changes)
    if isinstance(body, bytes):
        lines = str(model.answer(body, kind, "")[0]).splitlines()
    else:
        lines = run(model, body, 7, kind)
    table = [json.loads(line) for line in lines]
    assert [row["key"] for row in table] == [row["key"] for row in ROWS]
    usual = shop_schema.by_name["age"].examples
    assert table[4] == {"key": ROWS[4]["key"], "bought": None, "no_proba": None, "yes_proba": None,
                        "row_error": 'Column "age", this row: "x" is not a whole number. '
                        f"Give a whole number such as {usual[1]}, as in training."}  # fmt: skip
    assert table[9]["row_error"].startswith('Column "joined", this row: "x"')
    for at, row in enumerate(table):
        if at not in (4, 9):
            assert row == {"key": ROWS[at]["key"], **truth[at], "row_error": None}


@pytest.mark.parametrize(
    ("kind", "spoil", "changes", "sentence"),
    [
        ("text/csv", lambda line: line + b",7", {}, "This row has 11 cells instead of 10"),
        ("text/csv", lambda line: line.replace(b"2,", b"\xff,", 1), {}, "not valid UTF-8"),
        ("application/jsonlines", lambda _: b"{", BY_NAME, "This row is not valid JSON"),
        ("application/jsonlines", lambda _: b'{"key": "\xff"}', BY_NAME, "not valid UTF-8"),
        (
            "application/jsonlines",
            lambda _: b"{}",
            BY_NAME,
            'Id column "key" not found in this row',
        ),
    ],
)
def test_a_line_that_is_not_a_row_is_one_bad_row(shop, truth, kind, spoil, changes, sentence):
    text = in_jsonl(ROWS[:6]) if changes else csv_of(ROWS[:6], COLUMNS)
    lines = text.encode().splitlines()
    lines[3] = spoil(lines[3])
    model = batch(shop, on_error="row", output_format="jsonl", **changes)
    table = [json.loads(line) for line in
             str(model.answer(b"\n".join(lines), kind, "")[0]).splitlines()]  # fmt: skip
    bad = 3 if changes else 2
    assert sentence in table[bad]["row_error"]
    assert [row["row_error"] is None for row in table] == [at != bad for at in range(6)]
    assert [row["yes_proba"] for at, row in enumerate(table) if at != bad] == [
        row["yes_proba"] for at, row in enumerate(truth[:6]) if at != bad
    ]


def test_rows_that_cannot_be_told_apart_fail_with_on_error_row_too(shop):
    with pytest.raises(InputError, match="quote that is never closed"):
        batch(shop, on_error="row").answer(csv_of(ROWS, COLUMNS) + '"', "text/csv", "")


def test_long_configuration_comes_in_pieces():
    text = environ()["AUTOGLUON_BATCH"]
    cut = {
        f"AUTOGLUON_BATCH_{i}": text[at : at + 50] for i, at in enumerate(range(0, len(text), 50))
    }
    assert TransformBatch.from_environment(cut) == TransformBatch.from_environment(environ())


def test_endpoint_has_no_batch():
    assert TransformBatch.from_environment({}) is None


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"version": 2}, "version"),
        ({"outputs": "both"}, 'outputs: unknown key .did you mean "output"'),
        ({"output": "all"}, "output: got 'all'"),
        ({"output_format": "xml"}, "output_format: got 'xml'"),
        ({"columns": "a,b"}, "columns"),
        ({"columns": None}, "has_header: needs columns"),
        ({"has_header": "yes"}, "has_header"),
    ],
)
def test_configuration_that_cannot_be_honoured(changes, problem):
    with pytest.raises(DocumentError, match=problem):
        TransformBatch.from_environment(environ(**changes))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"columns": [*FEATURES]}, 'Id column "key" not found in the files'),
        ({"columns": ["key", *FEATURES[1:]]}, 'lacks "age"'),
        ({"columns": [*COLUMNS, "other"]}, 'unknown column "other"'),
        ({"columns": [*COLUMNS, "bought"], "id_column": "bought"}, "cannot be the label"),
    ],
)
def test_batch_that_does_not_fit_the_model_fails_at_start(shop_job: JobFolder, changes, problem):
    with pytest.raises(InputError, match=problem):
        load_model(shop_job.model, environ(**changes))
