"""Say what is wrong with the mask of an image, before anything is learned from it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from autogluon_contracts.predictor_types.multimodal.segmentation import mask_values
from autogluon_jobs.data.channel_table import ChannelTable
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import shown
from autogluon_jobs.multimodal.images.image_folder import ImageFolder

_THREADS = 4
_MOST_NAMED = 3
_VOID = 255


def mask_pixels(path: Path) -> np.ndarray:
    """Return a mask's values, h x w bytes: 0 and 255 of one of two colours, else as they are."""
    with Image.open(path) as mask:
        return np.asarray(mask.convert("L") if mask.mode == "1" else mask, dtype=np.uint8)


def mask_problem(image: Path, mask: Path, num_classes: int) -> str | None:
    """Return a clause about a mask that AutoGluon cannot learn from; None: it can.

    Of one class, it divides pixels by 255, so that masks of 0 and 1 would be all but empty. Of
    several, its loss fails at pixels of 255, which it calls ignored.
    """
    with Image.open(mask) as opened:
        mode, size = opened.mode, opened.size
    with Image.open(image) as opened:
        expected = opened.size
    modes = ("1", "L") if num_classes == 1 else ("L", "P")
    if mode not in modes:
        return (
            f"is a mask of Pillow's mode {mode}; allowed with num_classes: {num_classes} are "
            f"{' and '.join(modes)}, one channel of at most 8 bits"
        )
    if size != expected:
        return (
            f"is a mask of {size[0]} x {size[1]} pixels, and its image has {expected[0]} x "
            f"{expected[1]}"
        )
    allowed = mask_values(num_classes)
    wrong = np.setdiff1d(mask_pixels(mask), allowed)
    if not len(wrong):
        return None
    found = ", ".join(map(str, wrong[:_MOST_NAMED])) + (", ..." if len(wrong) > _MOST_NAMED else "")
    if num_classes == 1:
        return f"is a mask with pixels of {found}; with num_classes: 1 each is 0 or 255"
    void = ", and 255 cannot be left out of learning" if _VOID in wrong else ""
    return (
        f"is a mask with pixels of {found}; with num_classes: {num_classes} each is from 0 to "
        f"{allowed[-1]}{void}"
    )


def require_masks(
    table: ChannelTable, image: str, label: str, num_classes: int, folder: ImageFolder
) -> None:
    """Refuse the first row whose mask does not fit its image or the classes.

    Both files can be read.

    Raises:
        InputError: by column, row and name.
    """
    images, masks = (table.table.column(name).to_pylist() for name in (image, label))

    def problem(at: int) -> str | None:
        return mask_problem(folder.path(str(images[at])), folder.path(str(masks[at])), num_classes)

    with ThreadPoolExecutor(_THREADS, thread_name_prefix="masks") as pool:
        for at, found in enumerate(pool.map(problem, range(len(masks)))):
            if found is not None:
                pool.shutdown(wait=False, cancel_futures=True)
                raise InputError(
                    f'Column "{label}", {table.row_name(at)} ("{table.channel}"): '
                    f"{shown(masks[at])} {found}.",
                    advice="Correct the mask, or leave its cell empty.",
                )
