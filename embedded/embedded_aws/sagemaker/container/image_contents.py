"""Compare what AutoGluon's image holds with the local environment that represents it."""

from __future__ import annotations

import re
from pathlib import Path

from autogluon_contracts.models.autogluon_images import INSTALL_ADVICE
from embedded_aws.sagemaker.container.images import AUTOGLUON, Image

# Of aws/deep-learning-containers, docker/autogluon/Dockerfile: the image is PyTorch's training
# container with the whole of `autogluon`, whose parts need the others.
_MODULES_OF_IMAGE = (
    "autogluon.tabular",
    "autogluon.timeseries",
    "autogluon.multimodal",
    "huggingface_hub",
    "transformers",
    "torch",
    "torchvision",
    "lightning",
    "gluonts",
    "fastai",
    "ray",
    "s3fs",
)
_NOT_FOUND = re.compile(r"No module named '([\w.]+)'")
_FULL_SET_UP = "make setup-full"


def missing_modules(python: Path) -> list[str]:
    """Return the modules of the image that an environment lacks."""
    folders = list(python.parent.parent.glob("lib/python*/site-packages"))
    folders += [Path(line) for folder in folders for line in _paths_of(folder)]
    return [
        module
        for module in _MODULES_OF_IMAGE
        if not any((folder / module.replace(".", "/")).is_dir() for folder in folders)
    ]


def explain_missing_module(image: Image, words: str) -> str:
    """Return a sentence for a program that ended because of a module that only the image has.

    It is empty for any other end.
    """
    match = _NOT_FOUND.search(words)
    if match is None or image.folder is not None:
        return ""
    missing = missing_modules(image.python)
    wanted = match[1]
    if not any(wanted == module or wanted.startswith(f"{module}.") for module in missing):
        return ""
    return (
        f"The image holds {wanted}, but the local environment that represents it "
        f"({image.python.parent.parent.name}) lacks {', '.join(missing)}; "
        f"run `{_FULL_SET_UP}` to install them."
    )


def install_advice(image: Image) -> dict[str, str]:
    """Return the variable that tells a job how to install what its environment lacks.

    It is empty where the environment has all of AutoGluon's image, and for other images.
    """
    if image.folder is not None or image.library != AUTOGLUON or not missing_modules(image.python):
        return {}
    return {INSTALL_ADVICE: f"AutoGluon's image has it; run `{_FULL_SET_UP}` to have it here."}


def _paths_of(site_packages: Path) -> list[str]:
    """Return the folders that an environment's `.pth` files add."""
    return [
        line
        for file in sorted(site_packages.glob("*.pth"))
        for line in file.read_text("utf-8", "replace").splitlines()
        if line.startswith("/")
    ]
