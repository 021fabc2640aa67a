"""The multimodal client: folders beside the data, images in the rows, older names."""

from __future__ import annotations

import base64
import dataclasses
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from autogluon_client import CloudPredictor, MultiModalCloudPredictor, TabularCloudPredictor
from autogluon_client.data.folders import local_files
from autogluon_client.data.frames import to_json_lines
from autogluon_client.endpoint.input_schema import answer_schema
from autogluon_client.errors import InvalidDataError
from autogluon_client.predictors.multimodal.images import with_images
from autogluon_client.predictors.multimodal.masks import write_masks
from autogluon_client.predictors.multimodal.predictor_type import PREDICTOR_TYPE
from autogluon_contracts.documents.feature_schema import FeatureHeader, FeatureSchemaHeader


@pytest.mark.parametrize("name", ["multimodal", "text", "image"])
def test_older_names_lead_to_one_class(name: str) -> None:
    assert type(CloudPredictor(name, predictor="x")) is MultiModalCloudPredictor


def test_images_are_sent_with_the_rows(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"pixels")
    rows = pd.DataFrame({"photo": ["a.png", None], "price": [1, 2]})
    rows.to_csv(tmp_path / "rows.csv", index=False)
    expected = [base64.b64encode(b"pixels").decode(), None]
    assert with_images(str(tmp_path / "rows.csv"), "photo")["photo"].tolist() == expected
    frame = rows.assign(photo=[str(tmp_path / "a.png"), None])
    assert with_images(frame, "photo")["photo"].tolist() == expected
    assert frame["photo"][0] == str(tmp_path / "a.png")
    assert with_images("s3://bucket/rows.csv", None) == "s3://bucket/rows.csv"
    stored = rows.assign(photo=["s3://bucket/a.png", None])
    assert with_images(stored, "photo")["photo"].tolist() == ["s3://bucket/a.png", None]


def test_the_other_cells_of_a_file_are_sent_as_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("photo;zip;price;note\n;01001;1,50;NA\n;1e5;;x\n")
    sent = to_json_lines(with_images(tmp_path / "rows.csv", "photo"))
    assert [json.loads(line) for line in sent] == [
        {"photo": None, "zip": "01001", "price": "1,50", "note": "NA"},
        {"photo": None, "zip": "1e5", "price": None, "note": "x"},
    ]
    (tmp_path / "rows.csv").write_text("photo,zip\na,b,c,d\ne\n1,2,3,4,5,6\n")
    with pytest.raises(InvalidDataError, match=r"rows\.csv cannot be read as CSV"):
        with_images(tmp_path / "rows.csv", "photo")


@pytest.mark.parametrize("older", [False, True])
def test_a_fit_uploads_the_images_that_a_column_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, older: bool
) -> None:
    for name in ("a/one.png", "b/two.png", "b/unnamed.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    rows = pd.DataFrame({"photo": [str(tmp_path / "a" / "one.png"), None], "sold": [1, 0]})
    (tmp_path / "tuning.csv").write_text("photo,sold\nb/two.png,1\n")
    told: dict[str, Any] = {}

    def fit(_self: object, train_data: Any, fit_args: Any, **arguments: Any) -> None:
        told.update(arguments, fit_args=fit_args, train_data=train_data)
        told["files"] = sorted(local_files("images", arguments["images"]))

    monkeypatch.setattr(TabularCloudPredictor, "fit", fit)
    spec = {"fit_args": {"column_types": {"note": "text"}}}
    monkeypatch.setattr(MultiModalCloudPredictor, "_checked_spec", lambda *_: spec)
    predictor = CloudPredictor("multimodal", predictor="x")
    tuning = tmp_path / "tuning.csv"
    if older:
        data = {"train_data": rows, "tuning_data": tuning, "time_limit": 9}
        predictor.fit({"label": "sold"}, data, image_column="photo")
        assert told["train_data"] == {"label": "sold"}
        found = told["fit_args"]
        assert found["time_limit"] == 9
    else:
        predictor.fit(rows, tuning_data=tuning, image_column="photo")
        found = told

    assert told["files"] == ["a/one.png", "b/two.png"]
    assert found["train_data"]["photo"].tolist() == ["a/one.png", None]
    assert found["tuning_data"]["photo"].tolist() == ["b/two.png"]
    assert told["fit_args"]["column_types"] == {"note": "text", "photo": "image_path"}
    predictor.fit("s3://b/rows.csv", image_column="photo", images=tmp_path)
    assert told["train_data"] == "s3://b/rows.csv"
    assert told["images"] == tmp_path
    with pytest.raises(InvalidDataError, match=r"train_data: got 's3://b/rows\.csv' with"):
        predictor.fit("s3://b/rows.csv", image_column="photo")
    with pytest.raises(InvalidDataError, match="column 'photo' names no file"):
        predictor.fit(rows.assign(photo=None), image_column="photo")


def test_addresses_are_learned_from_the_folder_that_they_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: dict[str, Any] = {}

    def fit(_self: object, train_data: Any, fit_args: Any, **arguments: Any) -> None:
        told.update(arguments, fit_args=fit_args, train_data=train_data)

    monkeypatch.setattr(TabularCloudPredictor, "fit", fit)
    monkeypatch.setattr(MultiModalCloudPredictor, "_checked_spec", lambda *_: {"fit_args": {}})
    predictor = MultiModalCloudPredictor(predictor="x")
    rows = pd.DataFrame({"photo": ["s3://data/photos/a/1.png", None, "s3://data/photos/2.png"]})

    predictor.fit(rows, test_data=rows[:1], image_column="photo")

    assert told["images"] == "s3://data/photos/"
    assert told["train_data"] is rows
    assert told["fit_args"] == {"column_types": {"photo": "image_path"}}
    for cell, sentence in (
        ("1.png", 'Column "photo", row 2: "1.png" is not an S3 address'),
        ("s3://data/1.png", "share no folder"),
        ("s3://other/photos/1.png", "share no folder"),
    ):
        rows.loc[1, "photo"] = cell
        with pytest.raises(InvalidDataError, match=sentence):
            predictor.fit(rows, image_column="photo")


@pytest.mark.parametrize(
    ("column", "sentence"),
    [("photo", 'Column "photo", row 1: file b.png not found'), ("foto", "column 'foto' not found")],
)
def test_a_missing_image_is_named_by_row(column: str, sentence: str) -> None:
    with pytest.raises(InvalidDataError, match=sentence):
        with_images(pd.DataFrame({"photo": ["b.png"]}), column)


def test_rows_that_are_not_a_table_have_no_images() -> None:
    with pytest.raises(InvalidDataError, match="allowed: a DataFrame or the path of a CSV file"):
        with_images("s3://bucket/rows.csv", "photo")


def test_a_folders_files_are_found_by_their_relative_names(tmp_path: Path) -> None:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "config.json").write_text("{}")
    (tmp_path / ".hidden").write_text("")
    (tmp_path / "tiny" / ".git").mkdir()
    (tmp_path / "tiny" / ".git" / "config").write_text("")
    assert list(local_files("weights", tmp_path)) == ["tiny/config.json"]
    for given, sentence in (
        (tmp_path / "none", "folder .*none not found"),
        (tmp_path / "tiny" / "config.json", "folder .* not found"),
        (3, "got int; allowed: the path of a folder"),
    ):
        with pytest.raises(InvalidDataError, match=sentence):
            local_files("weights", given)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidDataError, match="holds no file"):
        local_files("weights", tmp_path / "empty")


def test_the_example_of_a_schema_has_a_picture() -> None:
    header = FeatureSchemaHeader(
        type="multimodal",
        label="sold",
        problem_type="regression",
        classes=None,
        details={"images": ["photo"]},
        features=tuple(FeatureHeader(name=name, kind="text") for name in ("title", "photo")),
    )
    (row,) = PREDICTOR_TYPE.example_request(header)
    assert base64.b64decode(row["photo"]).startswith(b"\x89PNG")
    assert row["title"] != row["photo"]


def _masks() -> FeatureSchemaHeader:
    return FeatureSchemaHeader(
        type="multimodal",
        label="mask",
        problem_type="semantic_segmentation",
        classes=None,
        details={"images": ["photo"], "masks": [0, 1, 2]},
        features=(FeatureHeader(name="photo", kind="text", nullable=False),),
    )


def test_a_model_of_masks_answers_pictures_and_counts() -> None:
    columns = PREDICTOR_TYPE.answer_columns(_masks(), "both")
    assert list(columns) == ["mask", "0_pixels", "1_pixels", "2_pixels"]
    schema = answer_schema(_masks(), columns, PREDICTOR_TYPE.answer_values(_masks()))
    properties = schema["items"]["properties"]
    assert properties["mask"]["contentMediaType"] == "image/png"
    assert properties["2_pixels"] == {"type": "number"}
    assert "masks" in str(PREDICTOR_TYPE.evaluation_problem(_masks()))


def test_a_model_of_labels_is_compared_with_labels() -> None:
    header = dataclasses.replace(_masks(), details={"images": ["photo"]}, classes=("a", "b"))
    assert PREDICTOR_TYPE.evaluation_problem(header) is None
    assert PREDICTOR_TYPE.answer_values(header) == {}
    assert list(PREDICTOR_TYPE.answer_columns(header, "labels")) == ["mask"]


def test_masks_are_written_as_files(tmp_path: Path) -> None:
    png = b"\x89PNG pixels"
    masks = pd.Series([base64.b64encode(png).decode()] * 2)
    paths = write_masks(masks, tmp_path / "masks")
    assert [path.name for path in paths] == ["1.png", "2.png"]
    assert paths[1].read_bytes() == png
    for wrong in (None, "no base64!", base64.b64encode(b"text").decode()):
        with pytest.raises(InvalidDataError, match="row 2 is not a mask"):
            write_masks([masks[0], wrong], tmp_path / "none")
    assert not (tmp_path / "none").exists()
