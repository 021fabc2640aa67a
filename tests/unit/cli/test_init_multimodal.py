"""`agcdk init --type multimodal`: settings that fine-tune the checkpoint of a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autogluon_constructs.settings import load_environment
from tests.unit.cli.terminal import Terminal

ROWS = ["the zip broke,12,yes", "it fits well,30,no"] * 20


@pytest.fixture
def data() -> str:
    Path("orders.csv").write_text("\n".join(["comment,price,returned", *ROWS]) + "\n")
    return "orders.csv"


BERT = {"model_type": "bert", "vocab_size": 99}
TIMM = {"architecture": "lcnet_035", "num_features": 1280, "pretrained_cfg": {}}


def _checkpoints(*names: str, config: object = BERT) -> str:
    for name in names:
        (Path("checkpoints") / name).mkdir(parents=True)
        (Path("checkpoints") / name / "config.json").write_text(json.dumps(config))
    return "checkpoints"


@pytest.mark.parametrize("asked", [["--type", "multimodal"], []])
def test_the_checkpoint_of_the_folder_is_fine_tuned(
    terminal: Terminal, data: str, asked: list[str]
) -> None:
    weights = _checkpoints("tiny-bert")
    told = terminal.json("init", data, "--label", "returned", "--weights", weights, *asked)
    assert told["checkpoint"] == "tiny-bert"
    predictor = load_environment("sandbox", Path("config")).predictors["orders"]
    assert predictor.type == "multimodal"
    assert predictor.fit_args["hyperparameters"] == {
        "model.hf_text.checkpoint_name": "weights/tiny-bert"
    }
    _, out, _ = terminal.run(
        "init", data, "--label", "returned", "--weights", weights, "--predictor", "two"
    )
    assert "Give each run the same folder" in out


def test_images_start_from_a_network_of_timm(terminal: Terminal) -> None:
    rows = [f"photo-{at}.JPG,{at % 7},{'yes' if at % 2 else 'no'}" for at in range(40)]
    Path("flats.csv").write_text("\n".join(["photo,rooms,sold", *rows]) + "\n")
    weights = _checkpoints("tiny-timm", config=TIMM)
    told = terminal.json("init", "flats.csv", "--label", "sold", "--weights", weights)
    assert told["checkpoint"] == "tiny-timm"
    assert told["images"] == ["photo"]
    predictor = load_environment("sandbox", Path("config")).predictors["flats"]
    assert predictor.fit_args["column_types"] == {"photo": "image_path"}
    assert predictor.fit_args["hyperparameters"] == {
        "model.timm_image.checkpoint_name": "weights/tiny-timm"
    }
    # Texts beside them have a checkpoint of their own.
    _checkpoints("tiny-bert")
    _, out, _ = terminal.run(
        "init", "flats.csv", "--label", "sold", "--weights", weights, "--predictor", "two"
    )
    assert "Give each run agcdk train ... --images and --weights" in " ".join(out.split())
    two = load_environment("sandbox", Path("config")).predictors["two"]
    assert set(two.fit_args["hyperparameters"]) == {
        "model.timm_image.checkpoint_name",
        "model.hf_text.checkpoint_name",
    }


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (TIMM, "a is a network of images, and no column names image files"),
        ({"model_type": "sam"}, "a is a Segment Anything Model, for which the settings must say"),
        ({"model_type": "clip"}, "a is a CLIP model, which takes the place of other networks"),
        ({"model_type": "vit", "image_size": 224}, "describes a model of type 'vit'; allowed:"),
        ({}, "config.json describes no model that is known; allowed: a check"),
        ([], "config.json must be a JSON object"),
    ],
)
def test_a_checkpoint_of_another_kind_is_refused_by_name(
    terminal: Terminal, data: str, config: object, sentence: str
) -> None:
    weights = _checkpoints("a", config=config)
    code, _, err = terminal.run("init", data, "--label", "returned", "--weights", weights)
    assert code == 2
    assert sentence in " ".join(err.split())


def test_images_without_a_network_of_images_are_refused(terminal: Terminal) -> None:
    rows = [f"photo-{at}.png,{'yes' if at % 2 else 'no'}" for at in range(40)]
    Path("flats.csv").write_text("\n".join(["photo,sold", *rows]) + "\n")
    weights = _checkpoints("tiny-bert")
    code, _, err = terminal.run("init", "flats.csv", "--label", "sold", "--weights", weights)
    assert code == 2
    assert "column 'photo' names image files, and the folder holds no network of" in err


def test_text_is_tabular_where_nobody_asks(terminal: Terminal, data: str) -> None:
    terminal.json("init", data, "--label", "returned")
    assert load_environment("sandbox", Path("config")).predictors["orders"].type == "tabular"


@pytest.mark.parametrize(
    ("names", "options", "sentence"),
    [
        ((), ["--type", "multimodal"], "--type multimodal needs --weights"),
        ((), ["--weights", "none"], "none holds 0 folders with a config.json"),
        (
            ("a", "b"),
            ["--weights", "checkpoints"],
            "2 folders with a config.json: a, b, and a and b are for the same model",
        ),
        (("a",), ["--weights", "checkpoints", "--type", "tabular"], "is for --type multimodal"),
        (("a",), ["--weights", "checkpoints", "--keep", "price"], "and --keep for tabular"),
        (
            ("a",),
            ["--problem-type", "binary", "--weights", "checkpoints", "--keep", "price"],
            "is for --type multimodal, and --keep for tabular",
        ),
    ],
)
def test_what_cannot_work_is_refused_in_a_sentence(
    terminal: Terminal, data: str, names: tuple[str, ...], options: list[str], sentence: str
) -> None:
    _checkpoints(*names)
    code, _, err = terminal.run("init", data, "--label", "returned", *options)
    assert code == 2
    assert sentence in err


@pytest.mark.parametrize("options", [[], ["--problem-type", "multiclass"]])
def test_names_of_masks_are_never_classes(terminal: Terminal, options: list[str]) -> None:
    # Each mask is named twice, so that they look like classes.
    rows = [f"photo-{at}.png,mask-{at // 2}.png" for at in range(40)]
    Path("parts.csv").write_text("\n".join(["photo,mask", *rows]) + "\n")
    code, _, err = terminal.run("init", "parts.csv", "--label", "mask", *options)
    assert code != 0
    assert "column 'mask' names image files, such as 'mask-0.png', which are not classes" in err
    assert "semantic_segmentation" in err
