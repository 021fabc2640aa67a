"""A program that lacks a module of the image is told how to install it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from embedded_aws.sagemaker.container.image_contents import (
    explain_missing_module,
    install_advice,
    missing_modules,
)
from embedded_aws.sagemaker.container.images import Image, resolve_image
from embedded_aws.sagemaker.container.opt_ml import OptMl

URI = "763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon:1.6.3-cpu-amzn2023"


@pytest.fixture
def image(tmp_path: Path) -> Image:
    """An environment with autogluon.tabular and, by a .pth file, huggingface_hub."""
    site = tmp_path / "env" / "lib" / "python3.12" / "site-packages"
    (site / "autogluon" / "tabular").mkdir(parents=True)
    (tmp_path / "more" / "huggingface_hub").mkdir(parents=True)
    (site / "more.pth").write_text(f"import nothing\n{tmp_path / 'more'}\n")
    return resolve_image(URI, tmp_path / "env" / "bin" / "python")


def test_missing_modules_are_those_of_the_image_that_are_nowhere_on_the_path(image: Image) -> None:
    missing = missing_modules(image.python)
    assert "autogluon.timeseries" in missing
    assert "torch" in missing
    assert not {"autogluon.tabular", "huggingface_hub"} & set(missing)


def test_the_sentence_names_the_modules_and_the_set_up(image: Image) -> None:
    words = "ModuleNotFoundError: No module named 'autogluon.timeseries.models'"
    note = explain_missing_module(image, words)
    assert note.startswith("The image holds autogluon.timeseries.models, but the local environment")
    assert "(env) lacks autogluon.timeseries, autogluon.multimodal" in note
    assert note.endswith("run `make setup-full` to install them.")


def test_a_job_that_names_a_model_without_its_module_gets_the_sentence(image: Image) -> None:
    words = (
        "fit_args.hyperparameters.NN_TORCH: AutoGluon would leave this model out, as it needs a "
        "module that is missing here: No module named 'torch'."
    )
    note = explain_missing_module(image, words)
    assert note.startswith("The image holds torch, but the local environment that represents it")
    assert note.endswith("run `make setup-full` to install them.")


@pytest.mark.parametrize(
    "words",
    [
        "ModuleNotFoundError: No module named 'my_own'",  # the image lacks it, too
        "ModuleNotFoundError: No module named 'huggingface_hub'",  # found here
        "ValueError: no such column",
        "",
    ],
)
def test_other_ends_get_none(image: Image, words: str) -> None:
    assert explain_missing_module(image, words) == ""


def test_a_job_is_told_how_to_install_what_its_environment_lacks(image: Image) -> None:
    (advice,) = install_advice(image).values()
    assert advice == "AutoGluon's image has it; run `make setup-full` to have it here."
    assert install_advice(replace(image, folder=Path("own"))) == {}
    assert install_advice(replace(image, library="sklearn")) == {}


def test_the_images_processes_find_the_startup_hook(image: Image, tmp_path: Path) -> None:
    folder = Path(image.environment(OptMl(tmp_path))["PYTHONPATH"])
    assert (folder / "sitecustomize.py").is_file()
