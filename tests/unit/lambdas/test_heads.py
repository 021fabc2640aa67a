"""The head of data files: CSV, JSON Lines, Parquet."""

import gzip
from pathlib import Path

import pytest

from autogluon_contracts.s3_location import S3Location, S3Object
from autogluon_lambdas.logic.data.csv_head import any_dialect, dialect_for, read_csv_head
from autogluon_lambdas.logic.data.file_columns import common_columns, read_heads
from autogluon_lambdas.logic.data.file_head import LONGEST_HEAD_BYTES as HEAD_BYTES
from autogluon_lambdas.logic.data.locations import find_data_files
from autogluon_lambdas.logic.data.parquet_footer import read_parquet_footer
from autogluon_lambdas.models.errors import InvalidDataError
from tests.fakes.store import FakeStore

PARQUET = Path(__file__).parent / "data"


def _columns(body: bytes | str, suffix: str = ".csv") -> tuple[str, ...]:
    uri = f"s3://bucket/x{suffix}"
    store = FakeStore({uri: body})
    files = find_data_files(store, "input.data", S3Location.parse(uri))
    return common_columns(files, read_heads(store, files))


def _problem(body: bytes | str, suffix: str = ".csv") -> str:
    with pytest.raises(InvalidDataError) as caught:
        _columns(body, suffix)
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n",
        "\ufeffa,b\r\n1,2",
        '"a","b"\n1,2\n',
        "\n\na,b\n1,2\n",
    ],
)
def test_csv_headers_with_quotes_marks_and_blank_lines_are_read(text: str) -> None:
    assert _columns(text) == ("a", "b")


def test_a_column_name_may_hold_commas_and_quotes() -> None:
    assert _columns('"a,1","b ""x""","c\u00a0d"\n1,2,3\n') == ("a,1", 'b "x"', "c\u00a0d")


def test_a_column_name_may_not_hold_a_line_break() -> None:
    assert _problem('a,"c\nd"\n1,2\n') == (
        "input.data: s3://bucket/x.csv: the column name 'c\\nd' holds a line break or a tab. "
        "Write the name on one line, without tabs."
    )


@pytest.mark.parametrize(
    "body",
    [
        b"a;b\n1,5;2\n",
        b"a\tb\n1\t2\n",
        b"sep=;\r\na;b\r\n1;2\r\n",
        b"\xef\xbb\xbfsep=,\na,b\n1,2\n",
        "a,b\né,2\n".encode("latin-1"),
        "a;b\né;2\n".encode("utf-16"),
    ],
)
def test_training_files_may_have_another_delimiter_or_encoding(body: bytes) -> None:
    assert _columns(body) == ("a", "b")
    store = FakeStore({"s3://bucket/x.csv.gz": gzip.compress(body)})
    files = find_data_files(store, "input.train_data", S3Location.parse("s3://bucket/x.csv.gz"),
                            gzip=True)  # fmt: skip
    assert common_columns(files, read_heads(store, files)) == ("a", "b")


def test_files_without_an_ending_are_told_by_their_first_bytes() -> None:
    for body, kind in (("a,b\n1,2\n", "csv"), ('{"a": 1}\n', "jsonl"), ("PAR1", "parquet")):
        store = FakeStore({"s3://bucket/d/part-00000": body, "s3://bucket/d/part-00001": body})
        found = find_data_files(store, "input.data", S3Location.parse("s3://bucket/d"))
        assert (found.format, len(found.objects)) == (kind, 2)


@pytest.mark.parametrize("text", [",a,0\n7,1,2\n", ",a,0\n0,1,2\n1,1,2\n"])
def test_an_index_is_not_a_column(text: str) -> None:
    assert _columns(text) == ("a", "0")


def test_the_first_training_file_has_to_show_that_its_first_column_is_an_index() -> None:
    parts = {"s3://bucket/d/a.csv": ",a\n1,5\n2,6\n", "s3://bucket/d/b.csv": ",a\n3,5\n"}
    key, folder = "input.train_data", S3Location.parse("s3://bucket/d")
    store = FakeStore(parts)
    files = find_data_files(store, key, folder)
    assert common_columns(files, read_heads(store, files)) == ("a",)
    store.put("s3://bucket/d/a.csv", ",a\n1959,5\n1960,6\n")
    with pytest.raises(
        InvalidDataError, match=r'neither counts nor names the rows \("1959", \.\.\.\)\.'
    ):
        read_heads(store, find_data_files(store, key, folder))


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("\n\n", "s3://bucket/x.csv has neither a header nor rows, only blank lines"),
        (
            "Sales of 2020\n\na,b\n1,2\n",
            's3://bucket/x.csv begins with the line "Sales of 2020", and the rows below have more '
            "cells. Leave lines above the header out",
        ),
        (
            "0,x,0\n1,2,3\n",
            "s3://bucket/x.csv has no header: its first line holds values (0). Add one",
        ),
        (
            "1.5,,7\n1,2,3\n",
            "s3://bucket/x.csv has no header: its first line holds values (1.5, 7). Add one",
        ),
        (
            "a,b,a\n1,2,3\n",
            's3://bucket/x.csv has the column "a" more than once. Rename all but one',
        ),
        (
            "a,\n0,1\n",
            "s3://bucket/x.csv has no name for column 2. Name it. If each line ends with a "
            "separator, remove that separator",
        ),
        (b"a\x00,b\n", "s3://bucket/x.csv is not text: it contains zero bytes"),
        (
            " ,b\n0,1\n",
            "s3://bucket/x.csv has no name for column 1. Name it. If each line ends with a "
            "separator, remove that separator",
        ),
    ],
)
def test_csv_that_cannot_be_used_is_one_sentence(body: bytes | str, sentence: str) -> None:
    assert _problem(body) == f"input.data: {sentence}."


def test_lines_of_carriage_returns_are_read_for_training_and_not_cut_for_a_batch() -> None:
    assert _columns("a,b\r1,2\r") == ("a", "b")
    store = FakeStore({"s3://bucket/x.csv": "a,b\r1,2\r"})
    entry = S3Object(S3Location("bucket", "x.csv"), 8)
    with pytest.raises(InvalidDataError) as caught:
        read_csv_head(store, "input.data", entry, dialect_for(["a", "b"]))
    assert str(caught.value) == (
        "input.data: s3://bucket/x.csv ends its lines with carriage returns alone. Save it with LF "
        "or CRLF."
    )


def test_an_index_in_one_of_two_files_is_refused_by_name() -> None:
    folder = S3Location.parse("s3://bucket/d/")
    parts = {"0.csv": "a\n1\n", "1.csv": ",a\n0,1\n1,2\n"}
    store = FakeStore({f"s3://bucket/d/{name}": text for name, text in parts.items()})
    files = find_data_files(store, "input.train_data", folder)
    with pytest.raises(InvalidDataError, match=r"1\.csv has a first column without a name, and"):
        common_columns(files, read_heads(store, files))


@pytest.mark.parametrize("size", [65_536, HEAD_BYTES])
def test_a_character_cut_by_the_end_of_the_head_is_no_error(size: int) -> None:
    body = ("a\n" + "x" * (size - 3) + "é\n").encode()
    store = FakeStore({"s3://bucket/x.csv": body})

    entry = S3Object(S3Location("bucket", "x.csv"), len(body))

    assert read_csv_head(store, "input.data", entry, any_dialect).fields == ("a",)


def test_a_header_longer_than_the_first_read_is_read_in_full() -> None:
    names = tuple(f"column {number}" for number in range(10_000))
    row = ",".join("1" for _ in names)

    assert _columns(",".join(names) + "\n" + row + "\n") == names


def test_a_short_header_costs_a_short_read() -> None:
    store = FakeStore({"s3://bucket/x.csv": "a,b\n" + "1,2\n" * 500_000})
    files = find_data_files(store, "input.data", S3Location.parse("s3://bucket/x.csv"))

    read_heads(store, files)

    assert store.bytes_read == 65_536


def test_a_json_line_longer_than_the_first_read_is_read_in_full() -> None:
    assert _columns('{"a": "' + "x" * 100_000 + '"}\n{"a": "y"}\n', ".jsonl") == ("a",)


def test_a_first_line_without_end_is_named() -> None:
    assert "has a first line longer than 1,000,000 bytes" in _problem("x" * (HEAD_BYTES + 5))


def test_json_lines_have_the_keys_of_their_rows_in_any_order() -> None:
    assert _columns('{"a": 1, "b": 1}\n\n{"b": 2, "a": null}\n', ".jsonl") == ("a", "b")


@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_an_array_has_the_keys_of_its_records(suffix: str) -> None:
    assert _columns('\ufeff [\n {"a": 1,\n "b": "]"}, {"b": 2, "a": null}]\n', suffix) == ("a", "b")


def test_an_array_longer_than_the_first_read_has_the_records_of_its_head() -> None:
    rows = ",".join(['{"a": "' + "x" * 100 + '"}'] * 10_000)

    assert _columns(f"[{rows}]", ".json") == ("a",)


@pytest.mark.parametrize("spaces", range(3))
def test_an_array_whose_first_read_ends_within_a_character_has_its_records(spaces: int) -> None:
    rows = ",".join(['{"a": "' + "€" * 700 + '"}'] * 1_000)

    assert _columns(" " * spaces + f"[{rows}]", ".json") == ("a",)


def test_json_lines_with_different_keys_name_the_row() -> None:
    assert _problem('{"a": 1}\n{"a": 2, "b": 3}\n', ".jsonl") == (
        "input.data: s3://bucket/x.jsonl: row 2 and row 1 differ in the keys b. Give every row "
        "the same keys, with null for a missing value."
    )


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ('[{"a": 1}, 7]', "row 2 of its array must be a JSON object. Write an array of flat"),
        ('[{"a": 1}', "its array is cut off after row 1."),
        ('[{"a": 1}] 5', "something follows its array."),
        ('[{"a": 1}, {"a": 2, "a": 3}]', 'row 2: not a valid JSON object (the key "a" occurs'),
        ("[]", "has no rows"),
        ('{"a": 1}\n{"a": \n', "line 2: not a valid JSON object ("),
        ('{"a": 1, "a": 2}\n', 'the key "a" occurs more than once'),
        ("\n\n", "has no rows"),
    ],
)
def test_json_lines_that_cannot_be_used_name_the_line(body: str, part: str) -> None:
    assert part in _problem(body, ".jsonl")


@pytest.mark.parametrize(
    ("name", "columns", "rows"),
    [
        ("pandas_snappy", ("age", "workclass", "class"), 3),
        ("pandas_index", ("age", "class"), 2),
        ("pandas_named_index", ("age", "class"), 2),
        ("nested_row_groups", ("age", "nested", "class", "score"), 4),
        ("no_statistics", ("age", "class", "wide column, with comma"), 2),
        ("no_rows", ("age", "class", "wide column, with comma"), 0),
    ],
)
def test_parquet_footers_of_several_writers_settings(
    name: str, columns: tuple[str, ...], rows: int
) -> None:
    body = (PARQUET / f"{name}.parquet").read_bytes()
    store = FakeStore({"s3://bucket/x.parquet": body})

    footer = read_parquet_footer(
        store, "input.data", S3Object(S3Location("bucket", "x.parquet"), len(body))
    )

    assert (footer.columns, footer.rows) == (columns, rows)


def test_columns_of_parquet_that_no_predictor_takes_are_known_before_anything_is_paid_for() -> None:
    body = (PARQUET / "nested_row_groups.parquet").read_bytes()
    store = FakeStore({"s3://bucket/x.parquet": body})
    entry = S3Object(S3Location("bucket", "x.parquet"), len(body))
    footer = read_parquet_footer(store, "input.data", entry)
    assert set(footer.unread.values()) == {"structs, lists or maps"}
    assert set(footer.unread) < set(footer.columns)
    plain = (PARQUET / "pandas_snappy.parquet").read_bytes()
    entry = S3Object(S3Location("bucket", "y.parquet"), len(plain))
    held = FakeStore({"s3://bucket/y.parquet": plain})
    assert read_parquet_footer(held, "input.data", entry).unread == {}


def test_only_the_tail_of_a_parquet_file_is_read() -> None:
    tail = (PARQUET / "pandas_snappy.parquet").read_bytes()
    body = b"PAR1" + b"\0" * 1_000_000 + tail
    store = FakeStore({"s3://bucket/x.parquet": body})

    read_parquet_footer(store, "input.data", S3Object(S3Location("bucket", "x.parquet"), len(body)))

    assert store.bytes_read < 100_000


def test_a_footer_larger_than_the_first_read_is_read_in_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("autogluon_lambdas.logic.data.parquet_footer._TAIL_BYTES", 16)

    assert _columns((PARQUET / "pandas_snappy.parquet").read_bytes(), ".parquet") == (
        "age",
        "workclass",
        "class",
    )


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (b"age,class\n1,2\n", "is not Parquet. If it is CSV, name it x.csv."),
        (b"PAR1" + b"\0" * 20, 'is not a valid Parquet file: it does not end in "PAR1"'),
        (b"PAR1" + b"\0" * 8 + b"PARE", "is encrypted Parquet, which is unsupported"),
        (
            b"PAR1" + b"\xff\xff\xff\x7f" + b"PAR1",
            ("is a damaged Parquet file: its footer of 2147483647"),
        ),
        (b"PAR1" + b"\x15\x04\x19" + b"\3\0\0\0" + b"PAR1", "is a damaged Parquet file: "),
    ],
)
def test_damaged_parquet_is_one_sentence(body: bytes, part: str) -> None:
    assert part in _problem(body, ".parquet")


def test_any_cut_through_a_footer_is_a_sentence_and_never_another_error() -> None:
    whole = (PARQUET / "nested_row_groups.parquet").read_bytes()
    length = int.from_bytes(whole[-8:-4], "little")
    footer = whole[-8 - length : -8]
    for keep in range(0, length, 7):
        body = b"PAR1" + footer[:keep] + keep.to_bytes(4, "little") + b"PAR1"
        assert "damaged" in _problem(body, ".parquet")


def test_files_of_one_prefix_need_the_same_columns() -> None:
    store = FakeStore({"s3://bucket/t/1.csv": "a,b\n1,2\n", "s3://bucket/t/2.csv": "a,c\n1,2\n"})
    files = find_data_files(store, "input.data", S3Location.parse("s3://bucket/t/"))

    with pytest.raises(InvalidDataError) as caught:
        common_columns(files, read_heads(store, files))

    assert str(caught.value) == (
        "input.data: s3://bucket/t/2.csv has different columns than s3://bucket/t/1.csv: "
        "missing b; added c."
    )
