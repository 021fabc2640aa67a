"""Masks are checked before they are learned, and their pixels counted as torchmetrics does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torchmetrics.classification import BinaryJaccardIndex, MulticlassJaccardIndex

from autogluon_jobs.jobs import train
from autogluon_jobs.multimodal.segmentation.mask_files import mask_pixels, mask_problem
from autogluon_jobs.multimodal.segmentation.pixel_scores import PixelCounts
from tests.unit.full_containers.shapes import shapes, shapes_job


def _files(folder: Path, mask: Image.Image, size: tuple[int, int] = (4, 3)) -> tuple[Path, Path]:
    Image.new("RGB", size).save(folder / "image.png")
    mask.save(folder / "mask.png")
    return folder / "image.png", folder / "mask.png"


def _mask(*values: int, mode: str = "L") -> Image.Image:
    mask = Image.new(mode, (4, 3), 0)
    for at, value in enumerate(values):
        mask.putpixel((at, 0), value)
    return mask


@pytest.mark.parametrize(
    ("mask", "num_classes"),
    [
        (_mask(255), 1),
        (_mask(), 1),
        (_mask(1, mode="1"), 1),
        (_mask(1, 2), 3),
        (_mask(2, mode="P"), 3),
    ],
)
def test_what_autogluon_learns_is_accepted(
    tmp_path: Path, mask: Image.Image, num_classes: int
) -> None:
    image, file = _files(tmp_path, mask)
    assert mask_problem(image, file, num_classes) is None
    assert set(np.unique(mask_pixels(file))) <= {0, 1, 2, 255}


@pytest.mark.parametrize(
    ("mask", "num_classes", "sentence"),
    [
        (_mask(1), 1, "pixels of 1; with num_classes: 1 each is 0 or 255"),
        (_mask(9, 8, 7, 6), 1, "pixels of 6, 7, 8, ...; with num_classes: 1"),
        (_mask(3), 3, "pixels of 3; with num_classes: 3 each is from 0 to 2"),
        (_mask(255), 3, "to 2, and 255 cannot be left out of learning"),
        (Image.new("RGB", (4, 3)), 1, "Pillow's mode RGB; allowed with num_classes: 1 are 1 and L"),
        (_mask(1, mode="P"), 1, "Pillow's mode P"),
        (Image.new("L", (5, 3)), 1, "of 5 x 3 pixels, and its image has 4 x 3"),
    ],
)
def test_what_autogluon_would_learn_wrongly_is_refused(
    tmp_path: Path, mask: Image.Image, num_classes: int, sentence: str
) -> None:
    image, file = _files(tmp_path, mask)
    assert sentence in str(mask_problem(image, file, num_classes))


@pytest.mark.parametrize("values", [(0, 255), (0, 1, 2, 3)])
def test_iou_is_that_of_torchmetrics(values: tuple[int, ...]) -> None:
    dice = np.random.default_rng(0)
    used = values[:3]  # of four, one that neither has
    counts = PixelCounts(values)
    metric = BinaryJaccardIndex() if len(values) == 2 else MulticlassJaccardIndex(len(values))
    for _ in range(3):
        truth, answer = (dice.choice(used, (7, 5)).astype(np.uint8) for _ in range(2))
        counts.add(truth, answer)
        places = [np.searchsorted(values, mask) for mask in (answer, truth)]
        metric.update(*(torch.as_tensor(mask) for mask in places))
    assert counts.score("iou") == pytest.approx(metric.compute().item(), abs=1e-6)
    assert sum(counts.shares()) == pytest.approx(1)


def test_the_balanced_error_counts_each_class_alike() -> None:
    counts = PixelCounts((0, 255))
    truth = np.array([[0, 0, 0, 0, 0, 0, 0, 0, 255, 255]], dtype=np.uint8)
    answer = np.zeros_like(truth)
    answer[0, 0] = 255
    counts.add(truth, answer)
    assert counts.score("ber") == pytest.approx(-(1 / 8 + 1) / 2)
    assert counts.score("pixel_accuracy") == pytest.approx(0.7)
    assert counts.score("iou") == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"mask": "masks/9.png"}, 'Column "mask", row 3 of train.csv ("train"): "masks/9.png" was'),
        ({"photo": None}, 'Column "photo", row 3 of train.csv ("train"): a mask without an image'),
        ({"mask": "photos/0-2.png"}, "is a mask of Pillow's mode RGB"),
    ],
)
def test_a_wrong_row_is_named_before_anything_is_learned(
    tmp_path: Path, change: dict[str, str | None], sentence: str
) -> None:
    table, files = shapes(4, 0, 3)
    for column, value in change.items():
        table.loc[2, column] = value
    (tmp_path / "weights").mkdir()
    folder = shapes_job(tmp_path / "job", tmp_path / "weights", table, files, 3)
    assert train.main([], folder.environ()) == 1
    assert sentence in folder.failure


def test_a_missing_checkpoint_is_named(tmp_path: Path) -> None:
    table, files = shapes(4, 0, 1)
    (tmp_path / "weights").mkdir()
    folder = shapes_job(tmp_path / "job", tmp_path / "weights", table, files, 1)
    assert train.main([], folder.environ()) == 1
    assert 'Channel "weights" has no checkpoint "tiny-sam"' in folder.failure
