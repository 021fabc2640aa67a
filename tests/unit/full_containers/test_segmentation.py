"""Predictors of masks: trained, judged, packed, loaded and asked, of one class and of three."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from autogluon_contracts.documents.server_limits import ARTIFACT_VARIABLE
from autogluon_jobs.jobs import train
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.serving.served_model import ServedModel, load_model
from tests.unit.containers.job_folder import JobFolder
from tests.unit.full_containers.shapes import FIT, decoded, encoded, png_of, shapes, shapes_job
from tests.unit.full_containers.tiny_checkpoints import write_tiny_sam

CLASSES = (1, 3)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    write_tiny_sam(folder / "tiny-sam")
    return folder


@pytest.fixture(scope="module", params=CLASSES)
def classes(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory, weights: Path, classes: int) -> JobFolder:
    table, files = shapes(12, 0, classes)
    test, more = shapes(4, 1, classes)
    table["number"], test["number"] = range(12), range(4)
    base = tmp_path_factory.mktemp("shapes")
    folder = shapes_job(base, weights, table, {**files, **more}, classes, test=test)
    assert train.main([], folder.environ()) == 0, folder.failure
    (folder.base / "input" / "data" / "weights").unlink()
    return folder


@pytest.fixture(scope="module")
def model(job: JobFolder) -> ServedModel:
    return load_model(job.model, {ARTIFACT_VARIABLE: job.metrics()["artifact_sha256"]})


def ask(model: ServedModel, rows: Any, attributes: str = "") -> list[dict[str, Any]]:
    text, *_ = model.answer(json.dumps(rows), "application/json", "application/json", attributes)
    found: list[dict[str, Any]] = json.loads(text)
    return found


def test_the_job_measures_masks_and_describes_them(job: JobFolder, classes: int) -> None:
    metrics = job.metrics()
    assert metrics["problem_type"] == "semantic_segmentation"
    assert metrics["eval_metric"] == "iou"
    assert metrics["best_model"] == "sam"
    assert metrics["evaluated_on"] == "test"
    assert set(metrics["metrics"]) == {"iou", "pixel_accuracy"}
    assert all(0 <= score <= 1 for score in metrics["metrics"].values())
    assert any('not read: "number"' in warning for warning in metrics["warnings"])
    schema = json.loads((job.model / "feature_schema.json").read_text())
    assert schema["details"] == {
        "images": ["photo"],
        "masks": [0, 255] if classes == 1 else [0, 1, 2],
    }
    assert schema["ignored"] == ["number"]


def test_too_little_time_is_told_before_anything_is_packed(weights: Path, tmp_path: Path) -> None:
    table, files = shapes(6, 0, 1)
    fit_args = {**FIT, "time_limit": 1e-9}
    folder = shapes_job(tmp_path, weights, table, files, 1, fit_args=fit_args)

    assert train.main([], folder.environ()) == 1

    assert "ended training before its first validation" in folder.failure
    assert not folder.model.exists()


def test_masks_are_those_of_plain_autogluon(
    job: JobFolder, model: ServedModel, classes: int, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from autogluon.multimodal import MultiModalPredictor

    table, files = shapes(3, 2, classes)
    paths = []
    for name in table["photo"]:
        paths.append(str(tmp_path / Path(name).name))
        Path(paths[-1]).write_bytes(files[name])
    monkeypatch.chdir(job.model)  # its configuration names the folder `sam` beside it
    predictor = MultiModalPredictor.load(".", verbosity=0)
    plain = predictor.predict(pd.DataFrame({"photo": paths}))

    answers = ask(model, [{"photo": cell} for cell in encoded(files, table["photo"])])

    values = [0, 255] if classes == 1 else [0, 1, 2]
    assert [list(answer) for answer in answers] == [
        ["mask", *(f"{value}_pixels" for value in values)]
    ] * 3
    for answer, expected in zip(answers, plain, strict=True):
        mask = decoded(answer["mask"])
        assert mask.shape == (64, 96)
        np.testing.assert_array_equal(mask, expected[0] * (255 if classes == 1 else 1))
        counts = [answer[f"{value}_pixels"] for value in values]
        assert counts == [int((mask == value).sum()) for value in values]


def test_scores_are_autogluons_where_images_have_the_networks_size(
    job: JobFolder, classes: int, tmp_path: Path, weights: Path
) -> None:
    table, files = shapes(12, 3, classes, size=(64, 64))
    test, more = shapes(4, 4, classes, size=(64, 64))
    # The other way to fine-tune, whose network has experts of its own.
    fit = FIT | {"hyperparameters": FIT["hyperparameters"] | {"optim.peft": "conv_lora"}}
    files |= more
    folder = shapes_job(tmp_path, weights, table, files, classes, test=test, fit_args=fit)
    assert train.main([], folder.environ()) == 0, folder.failure
    for name, content in more.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    from autogluon_jobs.multimodal.segmentation.network import load_predictor

    predictor = load_predictor(folder.model)
    rows = pd.DataFrame({name: [str(tmp_path / cell) for cell in test[name]] for name in test})
    plain = predictor.evaluate(rows, metrics=["iou"])
    assert folder.metrics()["metrics"]["iou"] == pytest.approx(plain["iou"], abs=1e-3)


def test_the_artifact_has_the_checkpoint_once(job: JobFolder) -> None:
    import torch

    kept = torch.load(job.model / "model.ckpt", weights_only=True)["state_dict"]
    assert any("lora_A" in name for name in kept)
    assert not any("patch_embed" in name for name in kept), "training does not change it"
    assert (job.model / "sam" / "model.safetensors").is_file()
    assert "AUTOGLUON_ARTIFACT" not in os.environ


def test_the_report_shows_examples(job: JobFolder, classes: int) -> None:
    page = (job.base / "output" / "data" / "report.html").read_text()
    assert page.count('href="data:image/png;base64,') == 12
    assert "Intersection over union of each value" in page
    assert "on 4 test images" in page


@pytest.mark.parametrize(
    ("photo", "sentence"),
    [
        (None, "photo"),
        ("", "photo"),
        ("s3://bucket/photo.png", "is an S3 address, and this server reads no images of S3"),
        ("photo.png", "is not base64"),
    ],
)
def test_a_wrong_image_is_named_by_row(model: ServedModel, photo: Any, sentence: str) -> None:
    _, files = shapes(1, 2, 1)
    good = encoded(files, pd.Series(["photos/2-0.png"]))[0]
    rows = [{"photo": good}, {"photo": photo}]
    with pytest.raises(InputError) as caught:
        ask(model, rows)
    assert "row 2" in str(caught.value)
    assert sentence in str(caught.value)
    answers = ask(model, rows, "on_error=row")
    assert answers[0]["row_error"] is None
    assert answers[0]["mask"]
    assert sentence in answers[1]["row_error"]


GOOD = png_of(Image.new("RGB", (96, 64), (200, 40, 40)))
DEEP = png_of(Image.fromarray(np.full((9, 9), 2000, dtype="uint16")))
SENT = {"photo": base64.b64encode(GOOD).decode()}


def second(**cells: Any) -> str:
    """A request whose second row has other cells."""
    return json.dumps([SENT, {**SENT, **cells}])


def as_text(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(
    ("body", "kind", "attributes", "sentence"),
    [
        ("", "application/json", "", "The body is empty. Send a JSON list of records."),
        ("[]", "application/json", "", "The request holds no rows. Send at least one."),
        ('[{"photo": ', "application/json", "", "The body is not valid JSON: it is cut off at "),
        ("[3]", "application/json", "", "Row 1 is a number instead of an object. Give it the key"),
        (
            "[{}]",
            "application/json",
            "",
            'Row 1 lacks the key "photo". Give a value: "photo" was never missing in training.',
        ),
        (
            second(foto="x"),
            "application/json",
            "",
            'Row 2 has the unknown key "foto". The features are "photo".',
        ),
        (
            '[{"photo": null, "photo": null}]',
            "application/json",
            "",
            'The body holds the key "photo" twice in one record. Keep one.',
        ),
        (second(photo=None), "application/json", "", 'Column "photo", row 2: '),
        (second(photo=3), "application/json", "", 'Column "photo", row 2: "3" is a number without'),
        (
            second(photo="s3://bucket/photo.png"),
            "application/json",
            "",
            'Column "photo", row 2: the cell is an S3 address, and this server '
            "reads no images of S3. Send its bytes as base64, or the address",
        ),
        (
            second(photo="photo.png"),
            "application/json",
            "",
            'Column "photo", row 2: the cell is not base64. Send the bytes of a JPEG, PNG or',
        ),
        (
            second(photo=as_text(b"text")),
            "application/json",
            "",
            'Column "photo", row 2: the cell is not an image that Pillow reads. Send the bytes of',
        ),
        (
            second(photo=as_text(GOOD[:-40])),
            "application/json",
            "",
            'Column "photo", row 2: the cell is not an image that Pillow reads. Send the bytes of',
        ),
        (
            second(photo=as_text(DEEP)),
            "application/json",
            "",
            'Column "photo", row 2: the cell has pixels of more than 8 bits',
        ),
        ("photo\na,b\n", "text/csv", "", "Row 1 has 2 cells instead of 1 (the header)"),
        (second(), "image/png", "", 'Content type "image/png" is not supported. Send one of'),
        (
            second(),
            "application/json",
            "on_eror=row",
            'CustomAttributes has the unknown option "on_eror" (did you mean "on_error"?).',
        ),
    ],
)
def test_a_wrong_request_gets_one_sentence_that_names_the_place(
    model: ServedModel, body: str, kind: str, attributes: str, sentence: str
) -> None:
    with pytest.raises(InputError) as caught:
        model.answer(body, kind, "application/json", attributes)
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)


def test_probabilities_are_refused(model: ServedModel) -> None:
    with pytest.raises(InputError, match="is for classification"):
        ask(model, [{"photo": "x"}], "output=probabilities")
