"""Profiles of data: what is found, with and without label and test data, in every format."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest

from tests.unit.containers.processing.processing_folder import ProcessingFolder
from tests.unit.containers.report.page_reader import Page

ROWS = 400


def _data() -> pd.DataFrame:
    at = pd.Series(range(ROWS))
    return pd.DataFrame(
        {
            "age": 20 + at % 50,
            "country": at.map(lambda i: ("DE", "FR", "IT")[i % 7 % 3]),
            "always": "x",
            "rare": at.map(lambda i: "" if i % 10 else "1.5"),
            "since": (pd.Timestamp("2024-01-01") + pd.to_timedelta(at, "D")).dt.strftime(
                "%Y-%m-%d"
            ),
            "note": at.map(lambda i: f"customer number {i} called about invoice {i * 7}"),
            "told": at.map(lambda i: "y" if i % 3 else "n"),
            "class": at.map(lambda i: "yes" if i % 3 else "no"),
        }
    )


@pytest.fixture
def folder(tmp_path: Path) -> ProcessingFolder:
    made = ProcessingFolder(tmp_path)
    made.put("input/data", "rows.csv", _data().to_csv(index=False))
    return made


def _run(folder: ProcessingFolder, *inputs: str, **profile: object) -> None:
    given = dict.fromkeys(("data", *inputs), "")
    assert folder.run(inputs=given, profile=profile) == 0, folder.message


def test_columns_have_kind_missing_values_and_remarks(folder: ProcessingFolder) -> None:
    _run(folder, label="class")
    found = folder.profile
    columns = {each.name: each for each in found.columns}
    assert found.rows == ROWS
    assert {name: each.kind for name, each in columns.items()} == {
        "age": "int",
        "country": "category",
        "always": "category",
        "rare": "float",
        "since": "datetime",
        "note": "text",
        "told": "category",
        "class": "category",
    }
    assert columns["rare"].missing == pytest.approx(0.9)
    assert columns["rare"].remarks == ("mostly missing",)
    assert columns["always"].remarks == ("constant",)
    assert columns["age"].typical == "20 to 69, median 44.5"


def test_a_column_that_tells_the_label_comes_first(folder: ProcessingFolder) -> None:
    _run(folder, label="class")
    assert 'Column "told" tells "class" by itself' in folder.profile.warnings[0]
    page = Page(folder.page)
    assert "something tells the label" in page.text


def test_the_page_draws_what_can_be_drawn(folder: ProcessingFolder) -> None:
    _run(folder, label="class")
    page = folder.page
    for name in ("age", "country", "since", "class"):
        assert f"“{name}”" in page
    assert "Data profile" in page
    assert "This section could not be created" not in page


def test_without_a_label_columns_are_described_all_the_same(folder: ProcessingFolder) -> None:
    _run(folder)
    assert folder.profile.label is None
    assert not any("tells" in warning for warning in folder.profile.warnings)


def test_data_without_the_label_say_so_on_the_page(folder: ProcessingFolder) -> None:
    _run(folder, label="price")
    assert folder.profile.label is None
    assert "The data have no column “price”" in folder.page


def test_test_rows_that_are_training_rows_are_found(folder: ProcessingFolder) -> None:
    folder.put("input/test", "rows.csv", _data().head(60).to_csv(index=False))
    _run(folder, "test", label="class")
    found = folder.profile
    assert found.test_rows == 60
    assert any("60 of the 60 test rows are also training rows" in each for each in found.warnings)


def test_a_single_test_row_of_the_training_is_a_remark_beside_telling_columns(
    folder: ProcessingFolder,
) -> None:
    other = _data().assign(note=lambda rows: rows["note"] + " again")
    test = pd.concat([other, _data().head(1)])
    folder.put("input/test", "rows.csv", test.to_csv(index=False))
    _run(folder, "test", label="class")
    warnings = folder.profile.warnings
    assert any("tells" in each for each in warnings)
    assert any("are training rows too" in each for each in warnings)


def test_test_rows_of_the_training_tell_no_label(tmp_path: Path) -> None:
    folder, rows = ProcessingFolder(tmp_path), _data().drop(columns="told")
    folder.put("input/data", "rows.csv", rows.to_csv(index=False))
    folder.put("input/test", "rows.csv", rows.head(60).to_csv(index=False))
    _run(folder, "test", label="class")
    text = Page(folder.page).text
    assert "the test data may misjudge a model" in text
    assert "No column tells the label by itself" in text


@pytest.mark.parametrize(
    ("problem_type", "caption"),
    [("multiclass", "Classes of “age” (12 of 50)."), (None, "“age”: 20 to 69, median 44.5.")],
)
def test_a_label_of_numbers_is_drawn_as_classes_where_it_has_them(
    folder: ProcessingFolder, problem_type: str | None, caption: str
) -> None:
    _run(folder, label="age", problem_type=problem_type)
    assert caption in folder.page


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_typed_formats_are_read_as_training_reads_them(tmp_path: Path, ending: str) -> None:
    folder, rows = ProcessingFolder(tmp_path), _data()[["age", "country", "class"]]
    if ending == "parquet":
        packed = io.BytesIO()
        rows.to_parquet(packed)
        folder.put("input/data", "rows.parquet", packed.getvalue())
    else:
        lines = (json.dumps(row) for row in rows.to_dict("records"))
        folder.put("input/data", "rows.jsonl", "\n".join(lines))
    _run(folder, label="class")
    assert [each.kind for each in folder.profile.columns] == ["int", "category", "category"]


def test_unreadable_data_are_told_in_one_sentence(tmp_path: Path) -> None:
    folder = ProcessingFolder(tmp_path)
    folder.put("input/data", "rows.csv", "a,b\n1,2,3\n")
    assert folder.run(inputs={"data": ""}, profile={}) == 1
    assert "rows.csv" in folder.message
