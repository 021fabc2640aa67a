"""A large file of a batch is split into files of whole series, in bounded memory."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest

from autogluon_client.predictors.timeseries.shards import sharded

INIT = {"id_column": "store", "target": "sales"}
HEADER = "store,day,note"
ROWS = [
    f'store {series},2026-01-{day:02d},"a, b\n""{series}"""' for day in range(1, 6)
    for series in range(200)
]  # fmt: skip


def series_of(rows: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.split(",")[0], []).append(row)
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_each_series_is_whole_in_one_file_and_in_its_order(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("\n".join([HEADER, *ROWS]), encoding=encoding)

    with sharded(INIT, file, whole_bytes=8_000) as folder:
        contents = [path.read_text() for path in sorted(folder.iterdir())]

    assert len(contents) > 3
    assert not folder.exists()
    found: dict[str, list[str]] = {}
    for content in contents:
        header, _, rest = content.partition("\n")
        assert header == HEADER
        records = [f"store {text}" for text in rest.rstrip("\n").split("store ")[1:]]
        here = series_of([record.rstrip("\n") for record in records])
        assert not here.keys() & found.keys()
        found |= here
    assert found == series_of(ROWS)


def test_lines_of_json_stay_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    lines = [json.dumps({"store": series, "day": day}) for day in range(9) for series in range(99)]
    file.write_text("\n".join(lines))

    with sharded(INIT, str(file), whole_bytes=4_000) as folder:
        shards = [path.read_text().splitlines() for path in folder.iterdir()]

    assert len(shards) > 3
    assert sorted(line for shard in shards for line in shard) == sorted(lines)
    stores = [{json.loads(line)["store"] for line in shard} for shard in shards]
    assert sum(map(len, stores)) == len(set().union(*stores)) == 99


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("small.csv", f"{HEADER}\na,2026-01-01,x\n"),
        ("no-column.csv", "shop,day\n" + "a,2026-01-01\n" * 999),
        ("list.json", json.dumps([{"store": "a"}] * 999)),
    ],
)
def test_other_data_is_sent_as_it_is(tmp_path: Path, name: str, content: str) -> None:
    file = tmp_path / name
    file.write_text(content)
    with sharded(INIT, file, whole_bytes=4_000) as found:
        assert found == file
    for data in (str(tmp_path), "s3://bucket/rows.csv", tmp_path / "absent.csv"):
        with sharded(INIT, data, whole_bytes=0) as found:
            assert found == data


def test_ten_times_the_series_take_hardly_more_memory(tmp_path: Path) -> None:
    peaks = []
    for series in (10_000, 100_000):
        file = tmp_path / f"{series}.csv"
        with file.open("w") as sink:
            sink.write("store,day,sales\n")
            for at in range(series):
                sink.writelines(f"s{at},2026-01-{day},{at}\n" for day in (10, 11, 12))
        tracemalloc.start()
        with sharded(INIT, file, whole_bytes=200_000) as folder:
            assert len(list(folder.iterdir())) > 2
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # An open file has a buffer.
    assert peaks[1] < 1.5 * peaks[0] + 50 * 16_384
