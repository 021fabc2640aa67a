"""`agcdk init --type multimodal`: settings that fine-tune the checkpoint of a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from autogluon_constructs.settings import load_environment
from tests.unit.cli.terminal import Terminal

ROWS = ["the zip broke,12,yes", "it fits well,30,no"] * 20


@pytest.fixture
def data() -> str:
    Path("orders.csv").write_text("\n".join(["comment,price,returned", *ROWS]) + "\n")
    return "orders.csv"


def _checkpoints(*names: str) -> str:
    for name in names:
        (Path("checkpoints") / name).mkdir(parents=True)
        (Path("checkpoints") / name / "config.json").write_text("{}")
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


def test_text_is_tabular_where_nobody_asks(terminal: Terminal, data: str) -> None:
    terminal.json("init", data, "--label", "returned")
    assert load_environment("sandbox", Path("config")).predictors["orders"].type == "tabular"


@pytest.mark.parametrize(
    ("names", "options", "sentence"),
    [
        ((), ["--type", "multimodal"], "--type multimodal needs --weights"),
        ((), ["--weights", "none"], "none holds 0 folders with a config.json"),
        (("a", "b"), ["--weights", "checkpoints"], "2 folders with a config.json: a, b"),
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
