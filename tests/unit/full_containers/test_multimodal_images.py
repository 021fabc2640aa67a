"""A predictor of images and numbers: trained from a folder and an archive, asked with base64."""

from __future__ import annotations

import base64
import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

from autogluon_contracts.documents.image_locations import ImageLocations
from autogluon_contracts.documents.server_limits import ARTIFACT_VARIABLE
from autogluon_jobs.jobs import train
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.multimodal.images import picture
from autogluon_jobs.multimodal.images.stored_images import StoredImages
from autogluon_jobs.serving.served_model import ServedModel, load_model
from tests.unit.containers.job_folder import JobFolder
from tests.unit.full_containers.tiny_checkpoints import write_tiny_timm

FIT = {
    "column_types": {"photo": "image_path"},
    "hyperparameters": {
        "model.names": ["timm_image", "numerical_mlp", "fusion_mlp"],
        "model.timm_image.checkpoint_name": "weights/tiny",
        "optim.max_epochs": 1,
        "optim.val_check_interval": 1.0,
        "env.num_workers": 0,
        "env.num_workers_inference": 0,
        "env.batch_size": 16,
        "env.per_gpu_batch_size": 16,
    },
}
IMAGES = "s3://data/photos/"


def picture_of(colour: int, seed: int) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 40, (24, 24, 3)).astype(np.uint8)
    pixels[..., colour] += 200
    sink = io.BytesIO()
    Image.fromarray(pixels).save(sink, format="PNG")
    return sink.getvalue()


def flags(rows: int, seed: int) -> tuple[pd.DataFrame, dict[str, bytes]]:
    """Rows that name images, and the images by their names."""
    colours = [(at + seed) % 2 * 2 for at in range(rows)]
    images = {f"{seed}/{at}.png": picture_of(c, at + seed) for at, c in enumerate(colours)}
    height = np.random.default_rng(seed).normal(size=rows)
    colour = np.where(np.array(colours) == 0, "red", "blue")
    return pd.DataFrame({"photo": list(images), "height": height, "colour": colour}), images


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    write_tiny_timm(folder / "tiny")
    return folder


def job_folder(
    base: Path, weights: Path, table: pd.DataFrame, images: dict[str, bytes]
) -> JobFolder:
    """A job whose first images are files, and whose others are in an archive."""
    folder = JobFolder(base)
    folder.put("train", "train.csv", table.to_csv(index=False))
    channel = base / "input" / "data" / "images"
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for at, (name, content) in enumerate(images.items()):
            if at < 5:
                (channel / name).parent.mkdir(parents=True, exist_ok=True)
                (channel / name).write_bytes(content)
            else:
                archive.writestr(name, content)
    (channel / "rest.zip").write_bytes(sink.getvalue())
    data = {"train": "s3://data/train.csv", "images": IMAGES}
    folder.put_job("", type="multimodal", init_args={"label": "colour"}, fit_args=FIT, data=data)
    (base / "input" / "data" / "weights").symlink_to(weights)
    return folder


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory, weights: Path) -> JobFolder:
    table, images = flags(48, 0)
    table["photo"] = [name if at % 2 else IMAGES + name for at, name in enumerate(images)]
    table.loc[7, "photo"] = None
    folder = job_folder(tmp_path_factory.mktemp("flags"), weights, table, images)
    assert train.main([], folder.environ()) == 0, folder.failure
    (folder.base / "input" / "data" / "weights").unlink()
    return folder


@pytest.fixture(scope="module")
def model(job: JobFolder) -> ServedModel:
    return load_model(job.model, {ARTIFACT_VARIABLE: job.metrics()["artifact_sha256"]})


def encoded(images: dict[str, bytes]) -> list[str]:
    return [base64.b64encode(content).decode() for content in images.values()]


def test_images_are_answered_as_plain_autogluon_answers_their_files(
    job: JobFolder, model: ServedModel, tmp_path: Path
) -> None:
    from autogluon.multimodal import MultiModalPredictor

    table, images = flags(12, 1)
    for name, content in images.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    rows = table.assign(photo=[str(tmp_path / name) for name in table["photo"]])
    predictor = MultiModalPredictor.load(str(job.model), verbosity=0)
    plain = predictor.predict_proba(rows.drop(columns="colour"))

    sent = table[["photo", "height"]].assign(photo=encoded(images))
    for body, kind in (
        (sent.to_json(orient="records"), "application/json"),
        (sent.to_csv(index=False), "text/csv"),
    ):
        text, *_ = model.answer(body, kind, "application/json")
        found = pd.DataFrame(json.loads(text))
        np.testing.assert_allclose(found["red_proba"], plain["red"], atol=1e-5)


def test_images_of_s3_are_answered_as_those_that_are_sent(
    model: ServedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, images = flags(6, 1)

    class _Bucket:
        def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
            assert Bucket == "data"
            content = images[Key.removeprefix("photos/")]
            return {"Body": io.BytesIO(content), "ContentLength": len(content)}

    allowed = ImageLocations(locations=("s3://data/photos/",))
    monkeypatch.setattr(model.engine, "_stored", StoredImages(allowed, _Bucket))
    rows = table[["photo", "height"]]
    named = rows.assign(photo=[f"s3://data/photos/{name}" for name in images])
    answers = [
        model.answer(each.to_json(orient="records"), "application/json", "application/json")[0]
        for each in (rows.assign(photo=encoded(images)), named)
    ]
    assert answers[0] == answers[1]


def test_a_missing_image_changes_no_other_rows_answer(model: ServedModel) -> None:
    _, images = flags(1, 1)
    present, missing = ({"photo": cell, "height": 1.0} for cell in (encoded(images)[0], None))

    def red(*rows: dict[str, Any]) -> list[float]:
        text, *_ = model.answer(json.dumps(rows), "application/json", "application/json")
        return [row["red_proba"] for row in json.loads(text)]

    (alone,), (without,) = red(present), red(missing)
    assert alone != pytest.approx(without, abs=1e-5)
    # AutoGluon takes a column for one of images where a tenth of it can be opened.
    expected = [alone, *[without] * 14]
    assert red(present, *[missing] * 14) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("photo", "sentence"),
    [
        ("s3://bucket/photo.png", "is an S3 address, and this server reads no images of S3"),
        ("photo.png", "is not base64"),
        (base64.b64encode(b"text").decode(), "is not an image that Pillow reads"),
        (base64.b64encode(picture_of(0, 0)[:-300]).decode(), "is not an image that Pillow reads"),
    ],
)
def test_a_wrong_image_is_named_by_row(model: ServedModel, photo: str, sentence: str) -> None:
    _, images = flags(1, 1)
    rows = [{"photo": encoded(images)[0], "height": 1.0}, {"photo": photo, "height": 1.0}]
    with pytest.raises(InputError) as caught:
        model.answer(json.dumps(rows), "application/json", "application/json")
    assert 'Column "photo", row 2: the cell ' + sentence in str(caught.value)
    text, *_ = model.answer(
        json.dumps(rows), "application/json", "application/json", "on_error=row"
    )
    errors = [row["row_error"] for row in json.loads(text)]
    assert errors[0] is None
    assert sentence in errors[1]


GOOD = {"photo": base64.b64encode(picture_of(0, 0)).decode(), "height": 1.0}
BESIDE = {"kind": "application/json", "attributes": ""}


def second(**cells: Any) -> str:
    """A request whose second row has other cells."""
    return json.dumps([GOOD, {**GOOD, **cells}])


@pytest.mark.parametrize(
    ("body", "beside", "sentence"),
    [
        ("", {}, "The body is empty. Send a JSON list of records."),
        ("[]", {}, "The request holds no rows. Send at least one."),
        (
            '[{"photo": ',
            {},
            "The body is not valid JSON: it is cut off at line 1, column 12. Write it again",
        ),
        ("[3]", {}, 'Row 1 is a number instead of an object. Give it the keys "photo", "height".'),
        (
            json.dumps([{"height": 1}]),
            {},
            'Row 1 lacks the key "photo". Send null for a missing value.',
        ),
        (
            json.dumps([{"photo": None, "heigth": 1}]),
            {},
            'Row 1 has the unknown key "heigth" (did you mean "height"?). The features are '
            '"photo", "height".',
        ),
        (
            '[{"photo": null, "photo": null, "height": 1}]',
            {},
            'The body holds the key "photo" twice in one record. Keep one.',
        ),
        (
            second(height="tall"),
            {},
            'Column "height", row 2: "tall" is not a number. Give a number such as ',
        ),
        (
            second(photo="s3://bucket/photo.png"),
            {},
            'Column "photo", row 2: the cell is an S3 address, and this server reads no images of '
            "S3. Send its bytes as base64, or the address of an image below "
            "serving.image_locations of the settings.",
        ),
        (
            second(photo="photo.png"),
            {},
            'Column "photo", row 2: the cell is not base64. Send the bytes of a JPEG, PNG or '
            "similar file as base64, or null.",
        ),
        (
            second(photo=base64.b64encode(b"text").decode()),
            {},
            'Column "photo", row 2: the cell is not an image that Pillow reads. Send the bytes of '
            "a JPEG, PNG or similar file as base64, or null.",
        ),
        (
            second(photo=3),
            {},
            'Column "photo", row 2: "3" is a number without quotes, which cannot be read exactly.',
        ),
        (
            "photo,height\n,1,2\n",
            {"kind": "text/csv"},
            'Row 1 has 3 cells instead of 2 (the header): ",1,2". Quote values that contain',
        ),
        (
            second(),
            {"kind": "image/png"},
            'Content type "image/png" is not supported. Send one of "text/csv", "application/json"',
        ),
        (
            second(),
            {"attributes": "decision_threshold=2"},
            '"decision_threshold" is "2.0"; it must be between 0 and 1.',
        ),
        (
            second(),
            {"attributes": "on_eror=row"},
            'CustomAttributes has the unknown option "on_eror" (did you mean "on_error"?).',
        ),
    ],
)
def test_a_wrong_request_gets_one_sentence_that_names_the_place(
    model: ServedModel, body: str, beside: dict[str, str], sentence: str
) -> None:
    given = BESIDE | beside
    with pytest.raises(InputError) as caught:
        model.answer(body, given["kind"], "application/json", given["attributes"])
    assert str(caught.value).startswith(sentence)


def test_a_huge_image_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "MOST_PIXELS", 500)
    assert "24 x 24 pixels, and at most 500" in str(picture.image_problem(picture_of(0, 0)))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("0/99.png", None, 'was not found in the channel "images"'),
        ("0/1.png;0/2.png", None, "names several files"),
        ("../job.png", None, "is not a path below the folder of images"),
        ("s3://other/0/3.png", None, f"is an address outside of the folder of images, {IMAGES}"),
        ("0/3.png", b"broken", "is not an image that Pillow reads"),
    ],
)
def test_a_wrong_image_of_the_training_data_is_named_by_row(
    tmp_path: Path, weights: Path, name: str, content: Any, sentence: str
) -> None:
    table, images = flags(6, 0)
    table.loc[3, "photo"] = name
    images |= {} if content is None else {name: content}
    folder = job_folder(tmp_path, weights, table, images)
    assert train.main([], folder.environ()) == 1
    assert f'Column "photo", row 4 of train.csv ("train"): "{name}" {sentence}' in folder.failure


def test_a_checkpoint_with_a_classifier_is_refused_with_the_fix(
    tmp_path: Path, weights: Path
) -> None:
    channel = tmp_path / "weights"
    shutil.copytree(weights, channel)
    bin_file = channel / "tiny" / "pytorch_model.bin"
    torch.save({**torch.load(bin_file), "classifier.bias": torch.zeros(3)}, bin_file)
    table, images = flags(8, 0)
    folder = job_folder(tmp_path / "job", channel, table, images)
    assert train.main([], folder.environ()) == 1
    assert "classifier.bias" in folder.failure
    assert "without its classifier (num_classes=0)" in folder.failure
