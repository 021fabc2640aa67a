"""Which objects a location means."""

import gzip
import json

import pytest

from autogluon_contracts.documents.execution_inputs import BatchInput
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.batch.data import inspect_batch_data
from autogluon_lambdas.logic.batch.layout import ModelColumns
from autogluon_lambdas.logic.data.file_columns import read_heads
from autogluon_lambdas.logic.data.locations import find_data_files
from autogluon_lambdas.models.errors import InvalidDataError
from tests.fakes.store import FakeStore


def _find(store: FakeStore, uri: str) -> list[str]:
    files = find_data_files(store, "input.data", S3Location.parse(uri))
    return [entry.location.uri for entry in files.objects]


def _problem(store: FakeStore, uri: str) -> str:
    with pytest.raises(InvalidDataError) as caught:
        find_data_files(store, "input.data", S3Location.parse(uri))
    return str(caught.value)


def test_a_single_object_alone_is_read_by_its_prefix() -> None:
    store = FakeStore({"s3://bucket/train.csv": "a\n1\n", "s3://bucket/other.csv": "b\n"})

    files = find_data_files(store, "input.data", S3Location.parse("s3://bucket/train.csv"))

    assert files.alone
    assert files.prefix.uri == "s3://bucket/train.csv"


def test_an_object_whose_name_starts_another_one_is_listed_in_a_manifest() -> None:
    store = FakeStore({"s3://bucket/d/train.csv": "a\n1\n", "s3://bucket/d/train.csv.bak": "old"})

    files = find_data_files(store, "input.data", S3Location.parse("s3://bucket/d/train.csv"))

    assert not files.alone
    assert [entry.location.uri for entry in files.objects] == ["s3://bucket/d/train.csv"]
    assert json.loads(files.manifest()) == [{"prefix": "s3://bucket/d/"}, "train.csv"]


def test_a_folder_without_slash_does_not_take_in_its_namesakes() -> None:
    store = FakeStore(
        {
            "s3://bucket/train/1.csv": "a\n1\n",
            "s3://bucket/train/deep/2.csv": "a\n2\n",
            "s3://bucket/train-old/3.csv": "a\n3\n",
        }
    )

    files = find_data_files(store, "input.data", S3Location.parse("s3://bucket/train"))

    assert files.prefix.uri == "s3://bucket/train/"
    assert files.alone
    assert [files.relative_name(entry.location) for entry in files.objects] == [
        "1.csv",
        "deep/2.csv",
    ]


def test_markers_and_hidden_files_are_no_data_and_stay_out_of_the_manifest() -> None:
    store = FakeStore(
        {
            "s3://bucket/train/": "",
            "s3://bucket/train/_SUCCESS": "",
            "s3://bucket/train/.part.crc": "x",
            "s3://bucket/train/_temporary/0.csv": "a\n",
            "s3://bucket/train/part.csv": "a\n1\n",
        }
    )

    files = find_data_files(store, "input.data", S3Location.parse("s3://bucket/train/"))

    assert [entry.location.name for entry in files.objects] == ["part.csv"]
    assert json.loads(files.manifest()) == [{"prefix": "s3://bucket/train/"}, "part.csv"]


def test_an_absent_object_names_the_nearest_one() -> None:
    store = FakeStore({"s3://bucket/income/train.csv": "a\n1\n"})

    assert _problem(store, "s3://bucket/income/trian.csv") == (
        "input.data: object or prefix s3://bucket/income/trian.csv not found (did you mean "
        '"train.csv"?). Upload it, or correct the address.'
    )


def test_a_bucket_that_may_not_be_read_is_named() -> None:
    store = FakeStore()
    store.denied.add("secret")

    assert _problem(store, "s3://secret/train.csv") == (
        "input.data: cannot read s3://secret/train.csv: the function's role may not read it."
    )


@pytest.mark.parametrize(
    ("objects", "sentence"),
    [
        (
            {"s3://bucket/x.csv": ""},
            "input.data: s3://bucket/x.csv is empty (0 bytes). Upload it again with its rows, or "
            "delete it.",
        ),
        (
            {"s3://bucket/x.csv/": ""},
            "input.data: s3://bucket/x.csv/ holds no data files, only markers. Upload data files "
            "below it.",
        ),
    ],
)
def test_nothing_to_read_is_refused(objects: dict[str, str], sentence: str) -> None:
    assert _problem(FakeStore(objects), "s3://bucket/x.csv") == sentence


def test_an_empty_file_among_others_is_named() -> None:
    store = FakeStore({"s3://bucket/t/1.csv": "a\n1\n", "s3://bucket/t/2.csv": ""})

    assert _problem(store, "s3://bucket/t/") == (
        "input.data: s3://bucket/t/2.csv is empty (0 bytes). Upload it again with its rows, or "
        "delete it."
    )


def test_mixed_formats_name_two_files() -> None:
    store = FakeStore({"s3://bucket/t/1.csv": "a\n1\n", "s3://bucket/t/2.parquet": "x"})

    assert _problem(store, "s3://bucket/t") == (
        "input.data: mixed formats: s3://bucket/t/1.csv is csv and s3://bucket/t/2.parquet is "
        "parquet. Give each format its own folder."
    )


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("train.csv.gz", "is compressed by gzip, which is supported for CSV and JSON of training"),
        ("train.parquet.gz", "is Parquet that gzip compressed. Unpack it: Parquet is"),
        ("train.gz", "is not compressed by gzip. Name it train."),
        ("train.xlsx", "is an .xlsx file, which is not read. Save the sheet as CSV (pandas: read_"),
        ("train.md", "is a .md file, which is not read. Keep it out of the data's folder"),
    ],
)
def test_a_format_that_is_not_supported_is_named(name: str, part: str) -> None:
    assert part in _problem(FakeStore({f"s3://bucket/{name}": "x"}), f"s3://bucket/{name}")


PACKED = gzip.compress(b"a,b\n1,2\n", mtime=0)
PACKED_JSON = gzip.compress(b'{"a": 1}\n', mtime=0)


@pytest.mark.parametrize(
    ("content", "expected"),
    [("a,b\n1,2\n", "csv"), (PACKED, "csv"), (PACKED_JSON, "jsonl"), ('{"a": 1}\n', "jsonl")],
)
@pytest.mark.parametrize("name", ["part-00000", "iris.data", "part-0.c000"])
def test_the_first_bytes_tell_a_format_that_the_name_does_not(
    name: str, content: str | bytes, expected: str
) -> None:
    store = FakeStore({f"s3://bucket/{name}": content})
    location = S3Location.parse(f"s3://bucket/{name}")
    files = find_data_files(store, "input.data", location, gzip=True)
    assert files.format == expected
    assert len(read_heads(store, files)) == 1


def test_gzip_without_an_ending_is_refused_where_it_is_not_read() -> None:
    store = FakeStore({"s3://bucket/part-0": PACKED})
    sentence = "input.data: s3://bucket/part-0 is compressed by gzip, which is supported for CSV"
    assert _problem(store, "s3://bucket/part-0").startswith(sentence)


def test_so_is_a_later_file_of_a_batch() -> None:
    store = FakeStore({"s3://bucket/b/part-0": "a,b\n1,2\n", "s3://bucket/b/part-1": PACKED})
    files = find_data_files(store, "input.data", S3Location.parse("s3://bucket/b/"))
    asked = BatchInput(predictor="p", data=files.prefix)
    model = ModelColumns(("a", "b"), (), "y", ("y",))
    with pytest.raises(InvalidDataError, match="part-1 is compressed by gzip, which is supported"):
        inspect_batch_data(store, files, asked, model, counts_rows=True)


@pytest.mark.parametrize(
    "uri", ["train.csv", "https://bucket/x", "s3://", "s3://bucket", "s3://bucket/", "s3://B/x"]
)
def test_what_is_no_s3_location_is_refused(uri: str) -> None:
    with pytest.raises(ValueError, match="got '"):
        S3Location.parse(uri)


def test_upper_case_suffixes_count() -> None:
    assert _find(FakeStore({"s3://bucket/T.CSV": "a\n1\n"}), "s3://bucket/T.CSV")
