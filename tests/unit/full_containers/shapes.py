"""Draw images of shapes with their masks."""

from __future__ import annotations

import base64
import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw

from tests.unit.containers.job_folder import JobFolder

SIZE = (96, 64)
FIT: dict[str, Any] = {
    "column_types": {"photo": "image_path"},
    "hyperparameters": {
        "model.sam.checkpoint_name": "weights/tiny-sam",
        "optim.max_epochs": 1,
        "optim.lr": 0.01,
        "env.num_workers": 0,
        "env.batch_size": 2,
    },
}
DATA = {"train": "s3://data/train.csv", "images": "s3://data/pictures/"}


def png_of(image: Image.Image) -> bytes:
    sink = io.BytesIO()
    image.save(sink, format="PNG")
    return sink.getvalue()


def shapes(
    rows: int, seed: int, num_classes: int, size: tuple[int, int] = SIZE
) -> tuple[pd.DataFrame, dict[str, bytes]]:
    """Rows that name images and masks, and both by their names: red squares, blue discs."""
    dice = np.random.default_rng(seed)
    files: dict[str, bytes] = {}
    width, height = size
    for at in range(rows):
        noise = dice.integers(0, 60, (height, width, 3), dtype=np.uint8)
        photo, mask = Image.fromarray(noise), Image.new("L", size, 0)
        x, y = (int(number) for number in dice.integers(2, (width // 2, height // 2)))
        box = (x, y, x + width // 3, y + height // 3)
        ImageDraw.Draw(photo).rectangle(box, fill=(230, 40, 40))
        ImageDraw.Draw(mask).rectangle(box, fill=255 if num_classes == 1 else 1)
        if num_classes > 1:
            disc = (width // 2, height // 2, width // 2 + 14, height // 2 + 14)
            ImageDraw.Draw(photo).ellipse(disc, fill=(40, 40, 230))
            ImageDraw.Draw(mask).ellipse(disc, fill=2)
        files[f"photos/{seed}-{at}.png"] = png_of(photo)
        files[f"masks/{seed}-{at}.png"] = png_of(mask)
    names = list(files)
    return pd.DataFrame({"photo": names[::2], "mask": names[1::2]}), files


def shapes_job(
    base: Path,
    weights: Path,
    table: pd.DataFrame,
    files: dict[str, bytes],
    num_classes: int,
    test: pd.DataFrame | None = None,
    **changes: Any,
) -> JobFolder:
    """A job whose images are in one archive."""
    folder = JobFolder(base)
    folder.put("train", "train.csv", table.to_csv(index=False))
    if test is not None:
        folder.put("test", "test.csv", test.to_csv(index=False))
    channel = base / "input" / "data" / "images"
    channel.mkdir(parents=True)
    with zipfile.ZipFile(channel / "all.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    init_args = {
        "label": "mask", "problem_type": "semantic_segmentation", "num_classes": num_classes,
    }  # fmt: skip
    values: dict[str, Any] = {"init_args": init_args, "fit_args": FIT, "data": DATA, **changes}
    folder.put_job("", type="multimodal", **values)
    (base / "input" / "data" / "weights").symlink_to(weights)
    return folder


def encoded(files: dict[str, bytes], names: pd.Series) -> list[str]:
    return [base64.b64encode(files[name]).decode() for name in names]


def decoded(cell: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(cell))))
