"""The bulk engine: order, resume, refusals, formats; every answer as the server gives it."""

from __future__ import annotations

import csv
import io
import json
import tarfile
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from autogluon_contracts.answer_attributes import UnknownCategories
from autogluon_contracts.documents.transform_batch import TransformBatch
from autogluon_contracts.jobs.piece_notes import note_line
from autogluon_jobs.bulk import chunks, main, readers
from autogluon_jobs.bulk.capacity import Capacity, capacity_of
from autogluon_jobs.serving.served_model import ServedModel
from autogluon_jobs.serving.transform_model import TransformModel
from tests.unit.containers.bulk_folder import COLUMNS, ROWS, BulkFolder, parquet_of, shipped
from tests.unit.containers.shop_data import FEATURES, csv_of, headerless, record


@pytest.fixture(scope="module")
def truth(shop: ServedModel) -> list[dict[str, Any]]:
    body = shop.answer(csv_of(ROWS, FEATURES), "text/csv", "application/json")[0]
    answers: list[dict[str, Any]] = json.loads(body)
    return answers


def assert_answers(table: list[dict[str, Any]], truth: list[dict[str, Any]]) -> None:
    assert [row["key"] for row in table] == [row["key"] for row in ROWS]
    assert [row["bought"] for row in table] == [row["bought"] for row in truth]
    for name in ("no_proba", "yes_proba"):
        assert [float(row[name]) for row in table] == [row[name] for row in truth]


def test_chunks_are_joined_in_order_and_answer_as_the_server_does(bulk, truth):
    assert bulk.run({"a.csv": csv_of(ROWS, COLUMNS)}) == 0
    assert_answers(bulk.table("a.csv.csv"), truth)
    shard = bulk.shard("a.csv")
    assert (shard["rows_in"], shard["rows_out"], shard["input"]) == (60, 60, "s3://bucket/a.csv")
    assert shard["bytes"] == len(bulk.result("a.csv.csv"))


def test_an_artifact_that_is_not_the_recorded_one_predicts_nothing(bulk, shop_job):
    recorded = shop_job.metrics()["artifact_sha256"]
    assert bulk.run({"a.csv": csv_of(ROWS, COLUMNS)}, artifact_sha256=recorded[::-1]) == 1
    assert "not the one that training recorded" in bulk.message
    assert bulk.run({"a.csv": csv_of(ROWS, COLUMNS)}, artifact_sha256=recorded) == 0


def test_compiled_code_that_was_added_to_an_artifact_is_refused(bulk, shop_job, tmp_path):
    bulk.archive = tmp_path / "planted.tar.gz"
    with tarfile.open(bulk.archive, "w:gz", compresslevel=1) as tar:
        for entry in sorted(shop_job.model.iterdir()):
            tar.add(entry, arcname=entry.name, filter=shipped)
        tar.addfile(tarfile.TarInfo("code/__pycache__/inference.cpython-311.pyc"))
    recorded = shop_job.metrics()["artifact_sha256"]
    assert bulk.run({"a.csv": csv_of(ROWS, COLUMNS)}, artifact_sha256=recorded) == 1
    assert "not the one that training recorded" in bulk.message


def test_rows_are_told_while_they_are_predicted_and_nothing_of_them(bulk, capsys):
    assert bulk.run({"a.csv": csv_of(ROWS, COLUMNS), "b.csv": csv_of(ROWS[:20], COLUMNS)}) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if "AGROWS" in line]
    counts = [int(line.removeprefix("AGROWS rows=")) for line in lines]
    assert sum(counts) == 80
    assert len(counts) > 6  # not only when a file is finished


def test_two_worker_processes_give_the_same_bytes_as_one(bulk, monkeypatch):
    files = {"a.csv": csv_of(ROWS, COLUMNS), "b.csv": csv_of(ROWS[:20], COLUMNS)}
    bulk.run(files)
    alone = bulk.result("a.csv.csv"), bulk.result("b.csv.csv")
    monkeypatch.setattr(main, "capacity_of", lambda *_, **__: Capacity(2, 1))
    assert bulk.run(files) == 0
    assert (bulk.result("a.csv.csv"), bulk.result("b.csv.csv")) == alone


def test_header_less_csv_with_quoted_line_breaks_and_an_included_column(bulk, truth):
    rows = [row | {"key": f"two\nlines {i}"} for i, row in enumerate(ROWS)]
    body = headerless(rows, COLUMNS)
    assert bulk.run({"a.csv": body}, has_header=False, include_columns=["age", "zip"]) == 0
    table = bulk.table("a.csv.csv")
    assert [row["key"] for row in table] == [row["key"] for row in rows]
    assert [(row["age"], row["zip"]) for row in table] == [(r["age"], r["zip"]) for r in rows]
    assert [float(row["yes_proba"]) for row in table] == [row["yes_proba"] for row in truth]


def test_tabs_with_quoted_line_breaks(bulk, truth):
    rows = [row | {"key": f"a,\n{i}"} for i, row in enumerate(ROWS)]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerows([COLUMNS, *([row[name] for name in COLUMNS] for row in rows)])
    assert bulk.run({"a.tsv": text.getvalue()}, delimiter="\t") == 0
    table = bulk.table("a.tsv.csv")
    assert [row["key"] for row in table] == [row["key"] for row in rows]
    assert [float(row["yes_proba"]) for row in table] == [row["yes_proba"] for row in truth]


def test_json_lines_keep_the_ids_types_and_name_the_row_of_the_file(bulk, truth, capsys):
    records = [record(row) | {"key": number} for number, row in enumerate(ROWS)]
    body = "".join(json.dumps(entry) + "\n" for entry in records)
    changes = {"format": "jsonl", "columns": None, "has_header": False, "output_format": "jsonl"}
    assert bulk.run({"a.jsonl": body}, **changes) == 0
    table = [json.loads(line) for line in bulk.result("a.jsonl.jsonl").splitlines()]
    assert [row["key"] for row in table] == list(range(60))
    assert [row["yes_proba"] for row in table] == [row["yes_proba"] for row in truth]
    records[40]["age"] = True
    body = "".join(json.dumps(entry) + "\n" for entry in records)
    assert bulk.run({"a.jsonl": body}, **changes) == 1
    assert bulk.message.startswith('Column "age", row 41 of a.jsonl: "True" is a boolean')
    # The log is CloudWatch's, where no value of the data may stand.
    printed = capsys.readouterr()
    assert "with InputError; its ExitMessage says why" in printed.err
    assert "True" not in printed.out + printed.err


@pytest.mark.parametrize("row_group_size", [11, 1000])
def test_parquet_gives_parquet_in_the_same_order(bulk, truth, monkeypatch, row_group_size):
    monkeypatch.setattr(chunks, "_ROWS_PER_CHUNK", 20)
    monkeypatch.setattr(readers, "BATCH_ROWS", 7)
    changes = {"format": "parquet", "columns": None, "has_header": False}
    body = parquet_of(ROWS, row_group_size)
    assert bulk.run({"a.pq": body}, output_format="parquet", **changes) == 0
    table = pq.read_table(pa.BufferReader(bulk.result("a.pq.parquet"))).to_pylist()
    assert_answers(table, truth)
    bad = [dict(row) for row in ROWS]
    bad[33]["sex"] = "Other"
    assert bulk.run({"a.pq": parquet_of(bad, row_group_size)}, **changes) == 1
    assert bulk.message.startswith('Column "sex", row 34 of a.pq: "Other" was not seen in training')


@pytest.mark.parametrize("row_group_size", [11, 1000])
def test_every_worker_gets_a_share_of_a_parquet_file(tmp_path, monkeypatch, row_group_size):
    monkeypatch.setattr(chunks, "_ROWS_PER_CHUNK", 10)
    path = tmp_path / "a.pq"
    path.write_bytes(parquet_of(ROWS, row_group_size))
    metadata = pq.read_metadata(path)
    covered = []
    for chunk in chunks.parquet_chunks(path, workers=2):
        groups = range(metadata.num_row_groups)
        before = sum(metadata.row_group(at).num_rows for at in groups if at < chunk.row_groups[0])
        covered.append((before + chunk.start, before + chunk.end))
    assert len(covered) >= 4
    assert [start for start, _ in covered] == [0, *(end for _, end in covered[:-1])]
    assert covered[-1][1] == len(ROWS)


def test_a_finished_file_is_skipped_only_while_input_model_and_layout_are_the_same(bulk, capsys):
    body = csv_of(ROWS[:5], COLUMNS)
    bulk.run({"a.csv": body})
    size = len(bulk.result("a.csv.csv"))
    finished = bulk.base / "processing" / "finished"
    (bulk.base / "processing" / "output" / "shards").rename(finished)

    def skips(**file: Any) -> bool:
        entry = {
            "name": "a.csv", "uri": "s3://bucket/a.csv", "etag": "etag of a.csv",
            "bytes": len(body.encode()), "output": "a.csv.csv", "rows": 5, "result_bytes": size,
        }  # fmt: skip
        settings = {key: file.pop(key) for key in ("output",) if key in file}
        capsys.readouterr()
        assert bulk.run({"a.csv": body}, files=[entry | file], **settings) == 0
        return "a.csv skipped" in capsys.readouterr().out

    assert skips()
    assert not skips(etag="another")
    assert not skips(result_bytes=size - 1)
    assert not skips(result_bytes=None)
    assert not skips(output="labels")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"age": "abc"}, 'Column "age", row 52 of a.csv: "abc" is not a whole number'),
        ({"sex": ""}, 'Column "sex", row 52 of a.csv'),
        ({"score": "1_0"}, 'Column "score", row 52 of a.csv: "1_0" is not a number'),
    ],
)
def test_a_bad_cell_is_named_by_file_row_and_column_whatever_its_chunk(bulk, changes, sentence):
    rows = [dict(row) for row in ROWS]
    rows[51] |= changes
    rows[55] |= changes  # a later one, which another worker may find first
    assert bulk.run({"a.csv": csv_of(rows, COLUMNS)}) == 1
    assert bulk.message.startswith(sentence)
    assert not list((bulk.base / "processing" / "output").rglob("*.csv"))


def by_row(bulk: BulkFolder, rows: list[dict[str, Any]], **changes: Any) -> list[dict[str, Any]]:
    """What a job with `on_error: row` makes of the rows, in the format of `changes`."""
    suffix = changes.get("format", "csv")
    bodies = {
        "csv": lambda: csv_of(rows, COLUMNS),
        "jsonl": lambda: "".join(
            json.dumps(record(row) | {"key": row["key"]}) + "\n" for row in rows
        ),
        "parquet": lambda: parquet_of(rows),
    }
    if suffix != "csv":
        changes |= {"columns": None, "has_header": False}
    body = bodies[suffix]()
    assert bulk.run({"a": body}, on_error="row", output_format="parquet", **changes) == 0
    found: list[dict[str, Any]] = pq.read_table(
        pa.BufferReader(bulk.result("a.parquet"))
    ).to_pylist()
    return found


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_with_on_error_row_bad_rows_have_errors_whatever_their_chunk(
    bulk, truth, monkeypatch, suffix
):
    monkeypatch.setattr(chunks, "_ROWS_PER_CHUNK", 20)
    monkeypatch.setattr(readers, "BATCH_ROWS", 7)
    bad = {*range(10), 33, 59}  # the first chunk has no answer at all
    rows = [row | ({"sex": "Other"} if at in bad else {}) for at, row in enumerate(ROWS)]
    table = by_row(bulk, rows, format=suffix)
    assert [row["key"] for row in table] == [row["key"] for row in ROWS]
    assert {at for at, row in enumerate(table) if row["row_error"]} == bad
    for at, row in enumerate(table):
        wanted = dict.fromkeys(truth[at]) if at in bad else truth[at]
        assert {name: row[name] for name in wanted} == wanted
    assert table[33]["row_error"].startswith('Column "sex", this row: "Other" was not seen')
    shard = bulk.shard("a")
    assert (shard["rows_out"], shard["row_errors"]) == (60, 12)
    assert [entry["row"] for entry in shard["first_row_errors"]] == list(range(1, 11))
    assert shard["first_row_errors"][0]["error"] == table[0]["row_error"]


def test_both_engines_answer_bad_rows_alike(bulk, shop):
    rows = [row | ({"age": "x"} if at == 49 else {}) for at, row in enumerate(ROWS)]
    lines = csv_of(rows, COLUMNS).splitlines()
    lines[40] += ",7"
    body = "\n".join(lines) + "\n"
    for output_format in ("csv", "jsonl"):
        config = TransformBatch(
            columns=COLUMNS, has_header=True, id_column="key", output="both",
            output_format=output_format, on_error="row",
        )  # fmt: skip
        piece, *_ = TransformModel(shop.schema, shop.engine, config).answer(body, "text/csv", "")
        assert bulk.run({"a": body}, on_error="row", output_format=output_format) == 0
        result = bulk.result(f"a.{output_format}").decode()
        if output_format == "csv":
            header, *table = csv.reader(io.StringIO(result, newline=""))
            assert header == ["key", "bought", "no_proba", "yes_proba", "row_error"]
            assert table == list(csv.reader(io.StringIO(str(piece), newline="")))
        else:
            answers = str(piece).splitlines()
            assert list(map(json.loads, result.splitlines())) == list(map(json.loads, answers))
        assert bulk.shard("a")["row_errors"] == 2
        assert [entry["row"] for entry in bulk.shard("a")["first_row_errors"]] == [40, 50]


@pytest.mark.parametrize("on_error", ["batch", "row"])
def test_unknown_categories_are_counted_for_each_file_by_both_engines(bulk, shop, on_error):
    rows = [row | ({"zip": "Mars"} if at in {3, 40} else {}) for at, row in enumerate(ROWS)]
    bad = [*rows[:-1], rows[-1] | {"age": "x"}] if on_error == "row" else rows
    body = csv_of(bad, COLUMNS)
    assert bulk.run({"a": body, "b": csv_of(ROWS, COLUMNS)}, on_error=on_error) == 0
    shard = bulk.shard("a")
    assert (shard["unknown_categories"], shard["unknown_columns"]) == (2, ["zip"])
    assert bulk.shard("b")["unknown_categories"] == 0
    for output_format in ("csv", "jsonl"):
        config = TransformBatch(
            columns=COLUMNS, has_header=True, id_column="key", output="both",
            output_format=output_format, on_error=on_error,
        )  # fmt: skip
        model = TransformModel(shop.schema, shop.engine, config)
        *lines, note = str(model.answer(body, "text/csv", "")[0]).split("\n")
        assert note == note_line(UnknownCategories(2, ("zip",)))
        assert len(lines) == len(ROWS)
        assert "AGNOTE" not in model.answer(csv_of(ROWS, COLUMNS), "text/csv", "")[0]


def test_a_file_before_the_bad_one_is_finished(bulk):
    bad = csv_of(ROWS, COLUMNS).replace("\n", ",\n")
    assert bulk.run({"a.csv": csv_of(ROWS, COLUMNS), "b.csv": bad}) == 1
    assert "b.csv: The header differs from the one" in bulk.message
    assert len(bulk.table("a.csv.csv")) == 60
    assert bulk.shard("a.csv")["rows_out"] == 60


def test_a_row_with_another_number_of_cells_is_counted_over_chunks(bulk):
    lines = csv_of(ROWS, COLUMNS).splitlines()
    lines[45] += ",7"
    assert bulk.run({"a.csv": "\n".join(lines) + "\n"}) == 1
    assert bulk.message.startswith("Row 45 of a.csv has 11 cells instead of 10")


def test_the_header_of_a_file_that_was_joined_to_another_is_no_row(bulk):
    assert bulk.run({"a.csv": csv_of(ROWS, COLUMNS) + csv_of(ROWS, COLUMNS)}) == 1
    assert bulk.message.startswith("Row 61 of a.csv repeats the header")


@pytest.mark.parametrize(
    ("files", "changes", "sentence"),
    [
        ({"a.csv": ",".join(COLUMNS) + "\n"}, {}, "has no rows"),
        ({"a.pq": b"nothing"}, {"format": "parquet", "columns": None, "has_header": False},
         "a.pq: Not a valid Parquet file"),
        ({"a.csv": "x"}, {"id_column": "who", "columns": list(FEATURES)},
         'Id column "who" not found in the file. Its columns are "age"'),
        ({"a.csv": "x"}, {"include_columns": ["who"]},
         'Columns to carry over not found in the file: "who".'),
        ({"a.csv": "x"}, {"id_column": "bought", "columns": ["bought", *FEATURES]},
         'The id column cannot be "bought", which the answer also holds.'),
        ({"a.csv": "x"}, {"include_columns": ["bought"], "columns": [*COLUMNS, "bought"]},
         'Columns to carry over have the names of predictions: "bought".'),
        ({"a.csv": "x"}, {"columns": list(COLUMNS[:-1])}, 'lacks "age"'),
        ({"a.jsonl": '{"data": [{"age": 1}]}\n'},
         {"format": "jsonl", "columns": None, "has_header": False},
         'Row 1 of a.jsonl holds its rows in "data". Give the rows of that array alone'),
        ({"a.csv": "x"}, {"format": "tsv"}, "bulk.json: format: got 'tsv'"),
        ({"a.csv": "x"}, {"speed": 9}, "bulk.json: speed: unknown key"),
        ({"a.csv": "x"}, {"version": 2}, "bulk.json: version: got 2"),
    ],
)  # fmt: skip
def test_what_cannot_be_predicted_ends_the_job_with_one_sentence(bulk, files, changes, sentence):
    assert bulk.run(files, **changes) == 1
    assert sentence in bulk.message
    assert "\n" not in bulk.message


def test_a_file_that_changed_since_the_plan_is_refused(bulk):
    body = csv_of(ROWS[:5], COLUMNS)
    entry = {
        "name": "a.csv", "uri": "s3://bucket/a.csv", "etag": "e", "output": "a.csv",
        "rows": None, "result_bytes": None,
    }  # fmt: skip
    assert bulk.run({"a.csv": body}, files=[entry | {"bytes": 3}]) == 1
    assert "s3://bucket/a.csv had 3 bytes when the batch was planned" in bulk.message
    grown = [entry | {"bytes": len(body.encode()), "rows": 4}]
    assert bulk.run({"a.csv": body}, files=grown) == 1
    assert "a.csv had 4 rows when the batch was planned and has 5 now" in bulk.message


def test_files_of_other_instances_are_left_to_them(bulk):
    document = {
        "name": "theirs.csv", "uri": "s3://bucket/theirs.csv", "etag": "e", "output": "t.csv",
        "bytes": 1, "rows": None, "result_bytes": None,
    }  # fmt: skip
    assert bulk.run({}, files=[document]) == 0
    assert not list((bulk.base / "processing" / "output").rglob("*.csv"))


@pytest.mark.parametrize(
    ("model_gb", "cores", "memory_gb", "expected"),
    [(0.1, 2, 8, (2, 1)), (2.0, 8, 16, (2, 4)), (9.0, 4, 8, (1, 4)), (0.01, 16, 64, (16, 1))],
)
def test_workers_fit_into_cores_and_memory(model_gb, cores, memory_gb, expected):
    found = capacity_of(int(model_gb * 1e9), cores=cores, memory_bytes=int(memory_gb * 1e9))
    assert (found.workers, found.threads) == expected
