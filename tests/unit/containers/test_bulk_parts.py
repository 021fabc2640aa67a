"""Large files in parts: the same answers, shared among instances, resumed in the middle."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from autogluon_contracts.documents.bulk_job import part_name
from autogluon_jobs.bulk import chunks, file_formats
from autogluon_jobs.formats import csv_text
from autogluon_jobs.messages.errors import InputError
from tests.unit.containers.bulk_folder import COLUMNS, ROWS, BulkFolder, parquet_of
from tests.unit.containers.shop_data import csv_of, record

ROOT = Path(__file__).parents[3]
BREAKS = [row | {"key": f'two, "\nlines" {at}'} for at, row in enumerate(ROWS)]
AS_JSON = {"format": "jsonl", "columns": None, "has_header": False}
AS_PARQUET = {"format": "parquet", "columns": None, "has_header": False}


@dataclass
class PartsFolder:
    """A bulk job whose only file, `big`, is cut into `count` parts; one instance after another."""

    bulk: BulkFolder
    count: int
    suffix: str = "csv"

    def prepare(self, body: str | bytes, host: int = 1, hosts: int = 1, **changes: Any) -> None:
        names = [f"algo-{number}" for number in range(1, hosts + 1)]
        config = self.bulk.base / "config"
        config.mkdir(parents=True, exist_ok=True)
        (config / "resourceconfig.json").write_text(
            json.dumps({"current_host": f"algo-{host}", "hosts": names})
        )
        content = body.encode() if isinstance(body, str) else body
        shared = self._folder("shared")
        shared.mkdir(parents=True, exist_ok=True)
        (shared / "big").write_bytes(content)
        file = {
            "name": "big", "uri": "s3://bucket/big", "etag": "e", "bytes": len(content),
            "output": f"big.{self.suffix}",
            "parts": [
                {"output": output, "result_bytes": self._size(output)} for output in self.outputs
            ],
        }  # fmt: skip
        self.bulk.prepare({}, files=[file], output_format=self.suffix, **changes)

    def run(self, body: str | bytes, host: int = 1, hosts: int = 1, **changes: Any) -> int:
        self.prepare(body, host, hosts, **changes)
        return self.bulk.main()

    @property
    def outputs(self) -> list[str]:
        names = [part_name(number, self.count) for number in range(1, self.count + 1)]
        return [f"big.{self.suffix}/{name}.{self.suffix}" for name in names]

    def keep(self) -> None:
        """Make of what was uploaded the input `finished`, as a resumed batch has it."""
        shutil.rmtree(self._folder("finished"), ignore_errors=True)
        shutil.copytree(self._folder("output/shards"), self._folder("finished"))

    def shards(self) -> list[dict[str, Any]]:
        found = sorted(self._folder("output/shards/big").glob("*.json"))
        return [json.loads(path.read_text()) for path in found]

    def joined(self) -> bytes:
        """The text results in order, with the header of the first."""
        first, *others = (self.bulk.result(output) for output in self.outputs)
        header = first.index(b"\n") + 1 if self.suffix == "csv" else 0
        assert all(other[:header] == first[:header] for other in others)
        return first + b"".join(other[header:] for other in others)

    def _size(self, output: str) -> int | None:
        path = self._folder("output/results") / output
        return path.stat().st_size if path.exists() else None

    def _folder(self, name: str) -> Path:
        return self.bulk.base / "processing" / name


@pytest.fixture
def big(bulk: BulkFolder) -> PartsFolder:
    return PartsFolder(bulk, 4)


def _lines(rows: Sequence[dict[str, Any]]) -> str:
    return "".join(json.dumps(record(row) | {"key": row["key"]}) + "\n" for row in rows)


@pytest.mark.parametrize("hosts", [1, 2, 3])
def test_parts_joined_are_the_bytes_of_the_uncut_files_result(big, hosts):
    body = csv_of(BREAKS, COLUMNS)
    assert big.bulk.run({"whole": body}, include_columns=["zip"]) == 0
    for host in range(1, hosts + 1):
        assert big.run(body, host, hosts, include_columns=["zip"]) == 0
    assert big.joined() == big.bulk.result("whole.csv")
    shards = big.shards()
    assert [shard["host"] for shard in shards] == [f"algo-{at % hosts + 1}" for at in range(4)]
    assert sum(shard["rows_out"] for shard in shards) == 60
    spans = [(shard["part"]["start"], shard["part"]["end"]) for shard in shards]
    assert [start for start, _ in spans] == [0, *(end for _, end in spans[:-1])]
    assert spans[-1][1] == len(body.encode())
    records = list(csv.reader(io.StringIO(big.joined().decode(), newline="")))
    assert [row[0] for row in records[1:]] == [row["key"] for row in BREAKS]


def test_parts_of_json_lines_are_joined_likewise(big):
    big.suffix = "jsonl"
    body = _lines(ROWS)
    assert big.bulk.run({"whole": body}, output_format="jsonl", **AS_JSON) == 0
    assert big.run(body, **AS_JSON) == 0
    assert big.joined() == big.bulk.result("whole.jsonl")


def test_parts_of_parquet_are_row_groups(big, monkeypatch):
    monkeypatch.setattr(chunks, "_ROWS_PER_CHUNK", 10)
    big.suffix = "parquet"
    body = parquet_of(ROWS, 7)
    assert big.bulk.run({"whole": body}, output_format="parquet", **AS_PARQUET) == 0
    for host in (1, 2):
        assert big.run(body, host, 2, **AS_PARQUET) == 0
    spans = [(shard["part"]["start"], shard["part"]["end"]) for shard in big.shards()]
    assert spans == [(0, 14), (14, 28), (28, 42), (42, 60)]
    assert [shard["rows_in"] for shard in big.shards()] == [14, 14, 14, 18]
    tables = [pq.read_table(pa.BufferReader(big.bulk.result(output))) for output in big.outputs]
    whole = pq.read_table(pa.BufferReader(big.bulk.result("whole.parquet")))
    assert pa.concat_tables(tables).equals(whole)


@pytest.mark.parametrize(
    ("body", "changes"),
    [
        (csv_of, {}),
        (lambda rows, _: _lines(rows), AS_JSON),
        (lambda rows, _: parquet_of(rows, 7), AS_PARQUET),
    ],
    ids=["csv", "jsonl", "parquet"],
)
def test_a_bad_row_of_a_later_part_has_its_number_in_the_file(big, body, changes):
    rows = [dict(row) for row in BREAKS]
    rows[57]["sex"] = "Other"
    assert big.run(body(rows, COLUMNS), 2, 2, **changes) == 1
    assert big.bulk.message.startswith('Column "sex", row 58 of big: "Other" was not seen')
    assert [shard["part"]["number"] for shard in big.shards()] == [2]


def test_blank_lines_before_a_part_are_no_rows(big):
    rows = [dict(row) for row in ROWS]
    rows[57]["age"] = "abc"
    body = csv_of(rows, COLUMNS).replace("\n", "\n\n\r\n")
    assert big.run("\ufeff" + body, 2, 2) == 1
    assert big.bulk.message.startswith('Column "age", row 58 of big: "abc"')


def test_with_on_error_row_a_parts_manifest_counts_from_the_part(big):
    rows = [row | ({"age": "x"} if at in (2, 59) else {}) for at, row in enumerate(ROWS)]
    assert big.run(csv_of(rows, COLUMNS), on_error="row") == 0
    shards = big.shards()
    assert [shard["row_errors"] for shard in shards] == [1, 0, 0, 1]
    before = sum(shard["rows_out"] for shard in shards[:3])
    assert shards[3]["first_row_errors"][0]["row"] == 60 - before


def test_a_part_without_rows_is_refused_instead_of_left_out(big):
    body = csv_of(ROWS[:10], COLUMNS)
    assert big.run(body + "\n" * 4 * len(body), 2, 2) == 1
    assert "big has no rows in part 2 of 4. Remove its blank lines" in big.bulk.message


def test_a_record_longer_than_a_part_is_refused_likewise(big):
    body = csv_of([ROWS[0], ROWS[1] | {"key": "x" * 9000}, *ROWS[2:10]], COLUMNS)
    assert big.run(body) == 1
    assert "big has no rows in part 2 of 4." in big.bulk.message


def test_a_shared_file_that_an_instance_does_not_have_is_an_error(big):
    big.prepare(csv_of(ROWS, COLUMNS))
    (big.bulk.base / "processing" / "shared" / "big").unlink()
    assert big.bulk.main() == 1
    assert 's3://bucket/big not found in the processing job\'s input "shared"' in big.bulk.message


def test_whole_files_and_parts_are_predicted_by_one_job(big):
    big.prepare(csv_of(ROWS, COLUMNS))
    config = big.bulk.base / "processing" / "config" / "bulk.json"
    shared = json.loads(config.read_text())["files"]
    big.bulk.run({"small": csv_of(ROWS[:9], COLUMNS)})
    document = json.loads(config.read_text())
    config.write_text(json.dumps(document | {"files": [*document["files"], *shared]}))
    assert big.bulk.main() == 0
    assert len(big.bulk.table("small.csv")) == 9
    assert sum(shard["rows_out"] for shard in big.shards()) == 60


def test_an_instance_reads_no_further_than_its_last_part(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"1,2\n" * 100)
    read: list[int] = []

    def grid() -> Iterator[tuple[int, int]]:
        for start in range(0, 400, 4):
            read.append(start)
            yield start, start + 4

    found = [part for part, _ in chunks.text_parts(path, "csv", grid(), 4, {1, 2})]
    assert found == [1] * 25 + [2] * 25
    assert read[-1] == 200


def test_rows_are_counted_by_the_rules_by_which_they_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(chunks, "LARGEST_CHUNK_BYTES", 1 << 10)
    path = tmp_path / "a.csv"
    text = "\n\ufeffa\r\n" + '"x\n""y"\r\n\n' * 5 + 'p"q\n"last"\n'
    path.write_text(text, newline="")
    config: Any = SimpleNamespace(format="csv", delimiter=",", has_header=True)
    assert file_formats.rows_before(path, config, path.stat().st_size) == 7


def test_a_job_that_is_killed_in_the_middle_of_a_file_is_resumed_there(tmp_path, archive, capsys):
    """Kill a real job after its first part: the next one predicts the others only."""
    big = PartsFolder(BulkFolder(tmp_path, archive), 6)
    # Six parts of a few chunks of the real size.
    header, *lines = csv_of(BREAKS, COLUMNS).split("\n", 1)
    body = f"{header}\n" + lines[0] * (30_000_000 // len(lines[0]))
    assert big.bulk.run({"whole": body}) == 0

    big.prepare(body)
    job = subprocess.Popen(
        [sys.executable, str(ROOT / "containers" / "predict.py")],
        env={**os.environ, "SAGEMAKER_BASE_DIR": str(tmp_path),
             "PYTHONPATH": f"{ROOT / 'containers'}:{ROOT / 'contracts'}"},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    shards = tmp_path / "processing" / "output" / "shards" / "big"
    deadline = time.monotonic() + 120
    while not list(shards.glob("*.json")) and time.monotonic() < deadline:
        assert job.poll() is None
        time.sleep(0.005)
    os.killpg(job.pid, signal.SIGKILL)
    job.wait()

    done = {shard["part"]["number"] for shard in big.shards()}
    assert 0 < len(done) < 6
    times = {output: _modified(tmp_path, output) for output in big.outputs}
    big.keep()
    capsys.readouterr()
    assert big.run(body) == 0

    told = capsys.readouterr().out
    assert told.count("skipped: already finished") == len(done)
    predicted = sum(
        int(line.partition("=")[2]) for line in told.splitlines() if line.startswith("AGROWS")
    )
    rows = {shard["part"]["number"]: shard["rows_out"] for shard in big.shards()}
    assert predicted == sum(count for number, count in rows.items() if number not in done)
    kept = [output for output in big.outputs if times[output] is not None]
    assert [_modified(tmp_path, output) for output in kept] == [times[output] for output in kept]
    assert big.joined() == big.bulk.result("whole.csv")


def _modified(base: Path, output: str) -> int | None:
    path = base / "processing" / "output" / "results" / output
    return path.stat().st_mtime_ns if path.exists() else None


def test_parts_are_not_taken_from_another_number_of_parts(big, capsys):
    body = csv_of(ROWS, COLUMNS)
    assert big.run(body) == 0
    big.keep()
    assert big.run(body) == 0
    assert capsys.readouterr().out.count("skipped") == 4
    big.count = 3
    assert big.run(body) == 0
    assert "skipped" not in capsys.readouterr().out


def test_a_manifest_that_is_not_whole_counts_as_none(big, capsys):
    body = csv_of(ROWS, COLUMNS)
    assert big.run(body) == 0
    big.keep()
    finished = big.bulk.base / "processing" / "finished" / "big"
    (finished / f"{part_name(2, 4)}.json").write_text("")
    capsys.readouterr()
    assert big.run(body) == 0
    assert capsys.readouterr().out.count("skipped") == 3


def test_a_file_that_is_not_parquet_is_named(big):
    assert big.run(b"nothing" * 100, **AS_PARQUET) == 1
    assert big.bulk.message.startswith("big: Not a valid Parquet file")
    with pytest.raises(InputError):
        list(chunks.parquet_chunks(big.bulk.base / "processing" / "shared" / "big", 1))


@pytest.mark.parametrize(
    "text", ["", "a", "a\n", "a\nb", "\na\n\nb\n", "\n", "a\r\n\r\nb", '"a\nb"\n', "a,\n,\n"]
)
def test_plain_lines_are_counted_like_others(text):
    expected = sum(map(bool, csv.reader(io.StringIO(text, newline=""))))
    assert csv_text.count_rows(text.encode()) == expected
