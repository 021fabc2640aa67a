"""Counting CSV records agrees with Python's csv module."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autogluon_lambdas.logic.data.record_scanners import CsvRecordScanner
from autogluon_lambdas.logic.data.row_count import count_csv_records, count_lines
from autogluon_lambdas.models.errors import InvalidDataError

_FIELDS = st.text(alphabet='ab",\n\r é', max_size=6)
_TABLES = st.lists(st.lists(_FIELDS, min_size=2, max_size=3), max_size=8)


def _chunks(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(table=_TABLES, size=st.integers(1, 9), ending=st.sampled_from(["\n", "\r\n"]))
def test_written_tables_have_as_many_records_as_rows(
    table: list[list[str]], size: int, ending: str
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=ending).writerows(table)

    count = count_csv_records("here", iter(_chunks(text.getvalue().encode(), size)))

    assert count.records == len(table)
    assert count.spans_lines == any("\n" in field for row in table for field in row)


@given(table=_TABLES, size=st.integers(1, 9))
def test_what_the_scanner_hands_on_reads_back_as_the_same_table(
    table: list[list[str]], size: int
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(table)
    scanner = CsvRecordScanner()

    kept = b"".join(map(scanner.feed, _chunks(text.getvalue().encode(), size)))
    kept += scanner.finish()

    assert list(csv.reader(io.StringIO(kept.decode(), newline=""))) == table


@pytest.mark.parametrize(
    ("text", "records"),
    [
        (b"", 0),
        (b"\n\r\n \n", 0),
        (b"a,b", 1),
        (b"a,b\n1,2", 2),
        (b"a,b\r\n\r\n1,2\r\n\n", 2),
        (b'5" pipe,1\n6" pipe,2\n', 2),
        (b'"a ""quoted""\nword",1\n', 1),
        (b'"x"tail"more,1\n2,3\n', 2),
        (b'1,"\n\n\n",2\n', 1),
    ],
)
def test_corner_cases(text: bytes, records: int) -> None:
    assert count_csv_records("here", iter(_chunks(text, 3))).records == records


def test_a_quote_that_never_ends_is_named() -> None:
    with pytest.raises(InvalidDataError, match=r"^here ends inside a quoted field"):
        count_csv_records("here", iter([b'a,b\n1,"2\n3,4\n']))


@pytest.mark.parametrize(("text", "lines"), [(b'{"a":1}\n\n{"a":2}', 2), (b"\n \r\n", 0)])
def test_json_lines_count_what_is_not_blank(text: bytes, lines: int) -> None:
    assert count_lines("here", iter(_chunks(text, 2))).records == lines
