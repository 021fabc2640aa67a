"""CSV files are cut where the container's parser sees a record end, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autogluon_client import TabularEndpoint
from autogluon_client.endpoint.payloads import csv_records, payload_of_file
from autogluon_jobs.formats import csv_text
from autogluon_jobs.messages.row_names import row_of_request
from tests.fakes.account import FakeAws

PLAIN = st.text('a" \t', max_size=4).filter(lambda text: not text.startswith('"'))
QUOTED = st.builds(
    lambda inside, after: '"{}"{}'.format(inside.replace('"', '""'), after),
    st.text('a",\n\r ', max_size=6),
    # Right behind the closing quote, another one would not close it.
    st.text('a" ', max_size=2).filter(lambda text: not text.startswith('"')),
)
ROW = st.tuples(PLAIN | QUOTED, PLAIN | QUOTED).map(",".join)


def _rows(data: bytes) -> list[tuple[str, str]]:
    """As the container reads a CSV of two columns without a header."""
    table = csv_text.read_columns(
        csv_text.as_bytes(data), 2, skip_first=False, row_hint="two", row_name=row_of_request
    )
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


@given(st.lists(st.tuples(ROW, st.sampled_from(["\n", "\r\n", "\r"])), min_size=1, max_size=6))
def test_every_record_is_one_row_of_the_container(rows: list[tuple[str, str]]) -> None:
    content = "".join(row + end for row, end in rows).encode()
    records = csv_records(content)
    assert [row for record in records for row in _rows(record)] == _rows(content)
    assert len(records) == len(rows)


def test_a_byte_order_mark_does_not_hide_a_quote() -> None:
    content = '"first\nname",second\n1,2\n'.encode("utf-8-sig")
    assert csv_records(content) == [b'"first\nname",second\n', b"1,2\n"]


def _container(_: str, body: bytes) -> bytes:
    """Trained on `n,size`: reads by the header, else by position; answers each row's `n`."""
    rows = _rows(body)
    position = rows[0].index("n") if set(rows[0]) == {"n", "size"} else 0
    named = rows[1:] if set(rows[0]) == {"n", "size"} else rows
    return "\n".join(json.dumps({"class": row[position]}) for row in named).encode()


@pytest.mark.parametrize("pairs", [1, 2])
def test_inches_in_a_large_file_neither_join_records_nor_hide_its_header(
    tmp_path: Path, pairs: int
) -> None:
    rows = [[f"pipe {n}", str(n)] for n in range(6_000)]
    for first in range(10, 10 + 20 * pairs, 20):
        for row in rows[first : first + 2]:
            row[0] = '5" pipe'
    file = tmp_path / "pipes.csv"
    file.write_text("size,n\n" + "".join(",".join(row) + "\n" for row in rows))

    labels = TabularEndpoint("autogluon-sandbox-pipes", FakeAws(container=_container)).predict(file)

    assert labels.tolist() == [row[1] for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_sent_in_utf_8_whatever_its_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes('größe;n\nklein;"1\n;2"\ngroß;3\n'.encode(encoding))
    records = payload_of_file(path).records
    assert [record.decode() for record in records] == [
        "größe;n\n",
        'klein;"1\n;2"\n',
        "groß;3\n",
    ]
