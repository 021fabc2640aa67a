"""Comments and prices go from settings to the answers of an endpoint and a batch, and back."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import shutil
import struct
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from autogluon_contracts import names
from autogluon_demo.cdk import ROOT
from tests.e2e.cli_support import Shell
from tests.e2e.page_run import run_page
from tests.integration.standalone import StandaloneAws

PREDICTOR = "returns"
COLUMNS = ["returned", "no_proba", "yes_proba"]
PAGE = "docs/how-to/multimodal.md"
_IMAGE = ROOT / ".venv-image-full"
_STARTUP = "embedded/embedded_aws/sagemaker/container/image/startup"


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A person's terminal beside an AWS of its own, with a checkpoint of its own."""
    folder = tmp_path_factory.mktemp("person")
    shutil.copytree(ROOT / "examples" / PREDICTOR, folder / "examples" / PREDICTOR)
    script = ROOT / "tests" / "unit" / "full_containers" / "tiny_checkpoints.py"
    subprocess.run(
        [_IMAGE / "bin" / "python", script, folder / "checkpoints"],
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / _STARTUP)},
    )
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    path = f"{ROOT / '.venv' / 'bin'}:{ROOT / 'node_modules' / '.bin'}:{inherited['PATH']}"
    with StandaloneAws(tmp_path_factory.mktemp("aws"), image_environment=_IMAGE) as aws:
        own = {
            "AWS_ENDPOINT_URL_S3": aws.environment["AWS_ENDPOINT_URL"],
            "HOME": str(folder),
            "PATH": path,
        }
        yield Shell(folder, inherited | aws.environment | own)


@pytest.fixture(scope="module")
def page(terminal: Shell) -> dict[str, Any]:
    """What the page of the docs leaves: a model in service, a batch, scores from Python."""
    return run_page(PAGE, terminal.folder, terminal.environment, "scores")


def test_a_model_is_trained_judged_and_put_into_service(
    terminal: Shell, page: dict[str, Any]
) -> None:
    trained = terminal.json("show", "first-texts")
    output = trained["output"]
    assert output["decision"] == "Approved", output["reason"]
    assert output["eval_metric"] == "roc_auc"
    assert {"accuracy", "log_loss", "f1"} <= set(output["metrics"])
    assert len(page["scores"]) == 120


def test_endpoint_and_batch_answer_each_row_alike(terminal: Shell, page: dict[str, Any]) -> None:
    answers = _rows((terminal.folder / "predictions.csv").read_text())
    assert [list(row) for row in answers] == [COLUMNS] * 120
    new = (terminal.folder / "examples" / "returns" / "new.csv").read_text().splitlines()
    (terminal.folder / "new.csv").write_text("".join(f"{line.partition(',')[2]}\n" for line in new))
    terminal.run("predict", PREDICTOR, "new.csv", "--output", "answers.csv")
    expected = _rows((terminal.folder / "answers.csv").read_text())
    output = terminal.json("show", "first-batch")["output"]
    assert output["columns"] == ["order", *COLUMNS]
    assert output["rows"] == len(expected) == 12
    terminal.run("batch", PREDICTOR, "examples/returns/new.csv", "--id-column", "order",
                 "--name", "first-batch", "--download", "results")  # fmt: skip
    (file,) = (path for path in (terminal.folder / "results").rglob("*") if path.is_file())
    batch = _rows(file.read_text())
    assert [row["order"] for row in batch] == [f"A{1000 + at}" for at in range(12)]
    for row, answer in zip(batch, expected, strict=True):
        assert row["returned"] == answer["returned"]
        for name in COLUMNS[1:]:
            assert float(row[name]) == pytest.approx(float(answer[name]), abs=1e-5)


def test_a_run_goes_on_from_the_weights_of_the_live_model(
    terminal: Shell, page: dict[str, Any]
) -> None:
    output = terminal.json("show", "more-texts")["output"]
    parent = terminal.json("show", "first-texts")["output"]["model_package_arn"]
    assert (output["parent"]["model"], output["parent"]["method"]) == (parent, "fit")
    assert f"{parent.rpartition('/')[2]}, fit" in terminal.run("models", PREDICTOR).stdout
    again = ("train", PREDICTOR, "examples/returns/train.csv", "--from", "live")
    refused = terminal.run(*again, "--weights", "checkpoints")
    assert "goes on from its own; leave it out" in refused.stderr


def test_wrong_runs_and_requests_are_refused_in_a_sentence(
    terminal: Shell, page: dict[str, Any]
) -> None:
    train = ("train", PREDICTOR, "examples/returns/train.csv")
    (terminal.folder / "other" / "big-bert").mkdir(parents=True)
    (terminal.folder / "other" / "big-bert" / "config.json").write_text("{}")
    for words, parts in (
        (train, ("input.weights: missing", "weights/tiny-bert")),
        ((*train, "--weights", "other"), ("tiny-bert/config.json not found", "big-bert")),
        ((*train, "--weights", "nowhere"), ("folder nowhere not found",)),
    ):
        refused = terminal.run(*words)
        assert refused.code != 0
        assert all(part in refused.stderr for part in parts), refused.stderr


def test_the_predictor_is_pulled_for_autogluon(terminal: Shell, page: dict[str, Any]) -> None:
    assert "MultiModalPredictor.load(" in page["printed"]
    (predictor,) = (terminal.folder / PREDICTOR).rglob("model.ckpt")
    assert predictor.is_file()


@pytest.mark.long
def test_images_of_a_folder_are_learned_and_asked_about(
    terminal: Shell, page: dict[str, Any]
) -> None:
    folder = terminal.folder
    with (folder / "config" / "sandbox.yaml").open("a") as settings:
        settings.write(_FLAGS)
    (folder / "photos").mkdir()
    lines = [_flag(folder / "photos", at) for at in range(40)]
    (folder / "flags.csv").write_text("\n".join(["photo,colour", *lines]) + "\n")
    assert terminal.run("deploy").code == 0
    train = ("train", "flags", "flags.csv", "--weights", "checkpoints", "--name", "first-flags")
    refused = terminal.run(*train[:-2])
    assert "input.images: missing" in refused.stderr

    trained = terminal.run(*train, "--images", "photos")

    assert trained.code == 0, trained.stderr
    (folder / "ask.py").write_text(_ASK)
    asked = subprocess.run(
        [ROOT / ".venv" / "bin" / "python", "ask.py"],
        cwd=folder,
        env=terminal.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    endpoint, batch = json.loads(asked.stdout.splitlines()[-1])
    assert len(endpoint) == len(batch) == 40
    assert batch == pytest.approx(endpoint, abs=1e-5)


@pytest.mark.long
def test_images_of_s3_are_learned_and_asked_about_by_their_addresses(
    terminal: Shell, page: dict[str, Any]
) -> None:
    folder, s3 = terminal.folder, terminal.client("s3")
    about = terminal.client("ssm").get_parameter(Name=names.deployment_parameter("sandbox"))
    bucket = json.loads(about["Parameter"]["Value"])["data_bucket"]
    with (folder / "config" / "sandbox.yaml").open("a") as settings:
        settings.write(_FLAGS.replace("flags:", "stored:") + _LOCATIONS)
    (folder / "stored").mkdir()
    stored, lines = f"s3://{bucket}/photos", []
    for at in range(40):
        name, colour = _flag(folder / "stored", at).split(",")
        lines.append(f"{stored}/{name},{colour}")
        s3.upload_file(str(folder / "stored" / name), bucket, f"photos/{name}")
    s3.put_object(Bucket=bucket, Key="photos/broken.png", Body=b"not an image")
    s3.put_object(Bucket=bucket, Key="others/1.png", Body=b"secret")
    _write_table(folder / "stored.csv", lines)
    assert terminal.run("deploy").code == 0
    train = ("train", "stored", "stored.csv", "--images", f"{stored}/", "--weights", "checkpoints")

    for name, problem in (
        ("others/1.png", f"is an address outside of the folder of images, {stored}/"),
        ("photos/absent.png", 'was not found in the channel "images"'),
        ("photos/broken.png", "is not an image that Pillow reads"),
    ):
        _write_table(folder / "wrong.csv", [*lines[:5], f"s3://{bucket}/{name},red", *lines[5:]])
        refused = terminal.run("train", "stored", "wrong.csv", *train[3:])
        assert refused.code != 0
        assert 'Column "photo", row 6 of ' in refused.stderr, refused.stderr
        assert problem in refused.stderr, refused.stderr

    trained = terminal.run(*train, "--name", "first-stored")

    assert trained.code == 0, trained.stderr
    cells = [line.partition(",")[0] for line in lines]
    _write_table(folder / "addresses.csv", cells, "photo")
    files = [str(folder / "stored" / cell.rpartition("/")[2]) for cell in cells]
    (folder / "files.json").write_text(json.dumps(files))
    (folder / "ask_stored.py").write_text(_ASK_STORED)
    asked = subprocess.run(
        [ROOT / ".venv" / "bin" / "python", "ask_stored.py"],
        cwd=folder, env=terminal.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    sent, named = json.loads(asked.stdout.splitlines()[-1])
    assert len(sent) == 40
    assert named == sent
    batch = ("batch", "stored", "addresses.csv", "--download", "stored-results")
    assert terminal.run(*batch).code == 0
    (file,) = (path for path in (folder / "stored-results").rglob("*") if path.is_file())
    found = [float(row["red_proba"]) for row in _rows(file.read_text())]
    assert found == pytest.approx(sent, abs=1e-5)

    wrong = [f"s3://{bucket}/{name}.png" for name in ("others/1", "photos/absent", "photos/broken")]
    problems = (
        f"is an S3 address outside of {stored}/",
        "is the address of an object that does not exist",
        "is not an image that Pillow reads",
    )
    for cell, problem in zip(wrong, problems, strict=True):
        _write_table(folder / "wrong.csv", [*cells[:2], cell], "photo")
        for refused in (
            terminal.run("predict", "stored", "wrong.csv", "--output", "none.csv"),
            terminal.run("batch", "stored", "wrong.csv"),
        ):
            assert refused.code != 0
            assert f"the cell {problem}" in refused.stderr, refused.stderr
            assert "row 3" in refused.stderr, refused.stderr
    _write_table(folder / "mixed.csv", [cells[0], *wrong, cells[1]], "photo")
    by_row = ("batch", "stored", "mixed.csv", "--on-error", "row", "--download", "mixed-results")
    assert terminal.run(*by_row).code == 0
    (file,) = (path for path in (folder / "mixed-results").rglob("*") if path.is_file())
    answers = _rows(file.read_text())
    assert [bool(row["red_proba"]) for row in answers] == [True, False, False, False, True]
    for row, problem in zip(answers[1:4], problems, strict=True):
        assert problem in row["row_error"]


@pytest.mark.long
def test_masks_of_a_folder_are_learned_and_answered(terminal: Shell, page: dict[str, Any]) -> None:
    folder = terminal.folder
    settings = yaml.safe_load((folder / "config" / "sandbox.yaml").read_text())
    example = yaml.safe_load((ROOT / "examples/masks/masks.yaml").read_text())
    settings["predictors"] |= example["predictors"]
    (folder / "config" / "sandbox.yaml").write_text(yaml.safe_dump(settings))
    shutil.copytree(folder / "checkpoints" / "tiny-sam", folder / "checkpoints" / "sam-vit-base")
    pictures = folder / "pictures"
    pictures.mkdir()
    lines = [_part(pictures, at) for at in range(16)]
    (folder / "parts.csv").write_text("\n".join(["photo,mask", *lines]) + "\n")
    assert terminal.run("deploy").code == 0

    trained = terminal.run("train", "parts", "parts.csv", "--images", "pictures", "--weights",
                           "checkpoints", "--name", "first-parts")  # fmt: skip

    assert trained.code == 0, trained.stderr
    output = terminal.json("show", "first-parts")["output"]
    assert output["decision"] == "Approved", output["reason"]
    assert set(output["metrics"]) == {"iou", "pixel_accuracy"}
    (folder / "ask_masks.py").write_text(_ASK_MASKS)
    subprocess.run(
        [ROOT / ".venv" / "bin" / "python", "ask_masks.py"],
        cwd=folder, env=terminal.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    endpoint, batch = (
        [(folder / name / f"{row}.png").read_bytes() for row in range(1, 17)]
        for name in ("endpoint-masks", "batch-masks")
    )
    assert endpoint == batch
    assert struct.unpack(">II", endpoint[0][16:24]) == (_SIDE, _SIDE)
    refused = terminal.run("evaluate", "parts", "parts.csv")
    assert "Its answers are masks" in refused.stderr


_SIDE = 48
_ASK_MASKS = """
import pandas as pd

from autogluon_client import MultiModalCloudPredictor
from autogluon_client.predictors.multimodal.masks import write_masks

predictor = MultiModalCloudPredictor(predictor="parts", verbosity=0)
predictor.attach_job("first-parts")
predictor.attach_endpoint("autogluon-sandbox-parts")
photos = {"test_data_image_column": "photo"}
rows = pd.read_csv("parts.csv")[["photo"]]
rows["photo"] = "pictures/" + rows["photo"]
write_masks(predictor.predict_real_time(rows, **photos), "endpoint-masks")
write_masks(predictor.predict(rows, **photos), "batch-masks")
"""


def _part(folder: Path, at: int) -> str:
    """Write a photo of a red and a blue bar with its mask, and return their row."""
    dice = random.Random(at)
    red, blue = dice.randrange(4, 20), dice.randrange(26, 40)
    photo, mask = bytearray(), bytearray()
    for line in range(_SIDE):
        value = 1 if red <= line < red + 6 else 2 if blue <= line < blue + 6 else 0
        photo.append(0)  # the filter of a line of a PNG
        mask.append(0)
        for _ in range(_SIDE):
            pixel = [dice.randrange(40) for _ in range(3)]
            pixel[0] += 200 if value == 1 else 0
            pixel[2] += 200 if value == 2 else 0
            photo += bytes(pixel)
            mask.append(value)
    (folder / f"photo-{at}.png").write_bytes(_png(bytes(photo), _SIDE, 2))
    (folder / f"mask-{at}.png").write_bytes(_png(bytes(mask), _SIDE, 0))
    return f"photo-{at}.png,mask-{at}.png"


_FLAGS = """
  flags:
    type: multimodal
    init_args: {label: colour}
    fit_args:
      column_types: {photo: image_path}
      hyperparameters:
        model.names: [timm_image]
        model.timm_image.checkpoint_name: weights/tiny-timm
        optim.max_epochs: 1
        env.num_workers: 0
        env.num_workers_inference: 0
        env.per_gpu_batch_size: 16
    quality_gate: {metric: roc_auc, minimum: 0, on_pass: approve, on_fail: reject}
    endpoint: {instance_type: ml.m5.large}
"""
_ASK = """
import json

import pandas as pd

from autogluon_client import MultiModalCloudPredictor

predictor = MultiModalCloudPredictor(predictor="flags", verbosity=0)
predictor.attach_job("first-flags")
predictor.attach_endpoint("autogluon-sandbox-flags")
photos = {"test_data_image_column": "photo"}
rows = pd.read_csv("flags.csv")[["photo"]]
rows["photo"] = "photos/" + rows["photo"]
endpoint = predictor.predict_proba_real_time(rows, **photos)
batch = predictor.predict_proba(rows, include_predict=False, **photos)
print(json.dumps([endpoint["red"].tolist(), batch["red"].tolist()]))
"""


_LOCATIONS = """
    network_isolation: false
    serving:
      image_locations: ["s3://{data_bucket}/photos/"]
"""
_ASK_STORED = """
import json

import pandas as pd

from autogluon_client import MultiModalCloudPredictor

predictor = MultiModalCloudPredictor(predictor="stored", verbosity=0)
predictor.attach_job("first-stored")
predictor.attach_endpoint("autogluon-sandbox-stored")
with open("files.json") as file:
    files = pd.DataFrame({"photo": json.load(file)})
answers = [
    predictor.predict_proba_real_time(rows, test_data_image_column="photo")["red"].tolist()
    for rows in (files, pd.read_csv("addresses.csv"))
]
print(json.dumps(answers))
"""


def _write_table(file: Path, lines: list[str], header: str = "photo,colour") -> None:
    file.write_text("\n".join([header, *lines]) + "\n")


def _flag(folder: Path, at: int) -> str:
    """Write an image of one colour and some noise, and return its row."""
    colour = "red" if at % 2 else "blue"
    dice = random.Random(at)
    pixels = bytearray()
    for _ in range(32):
        pixels.append(0)  # the filter of a line of a PNG
        for _ in range(32):
            noise = [dice.randrange(40) for _ in range(3)]
            noise[0 if colour == "red" else 2] += 200
            pixels += bytes(noise)
    (folder / f"{at}.png").write_bytes(_png(bytes(pixels), 32, 2))
    return f"{at}.png,{colour}"


def _png(lines: bytes, side: int, colours: int) -> bytes:
    """A PNG of a square with 8 bits a channel; `colours` is 0 for grey and 2 for three."""
    head = struct.pack(">IIBBBBB", side, side, 8, colours, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def _rows(text: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(text)))
