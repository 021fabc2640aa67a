"""Read the rows of a job that names images and masks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from autogluon_contracts.documents.data_reading import DataReading
from autogluon_contracts.suggestions import did_you_mean
from autogluon_jobs.data.channel_table import ChannelTable
from autogluon_jobs.data.labelled_rows import keep_labelled, require_label
from autogluon_jobs.data.training_frames import comparable
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.multimodal.images.image_folder import ImageFolder
from autogluon_jobs.multimodal.segmentation.mask_files import require_masks


@dataclass(frozen=True)
class MaskRows:
    """The rows of each channel that have a mask: the paths of an image and of its mask.

    `others` are the columns that no model reads.
    """

    train: pd.DataFrame
    test: pd.DataFrame | None
    tuning: pd.DataFrame | None
    others: tuple[str, ...]
    warnings: tuple[str, ...]


def mask_rows(
    tables: Mapping[str, ChannelTable],
    image: str,
    label: str,
    num_classes: int,
    folder: ImageFolder,
    reading: DataReading,
) -> MaskRows:
    """Check and return the rows of the channels `train` and, where given, `test` and `tuning`.

    Args:
        tables: the channels.
        image: the column of images.
        label: the column of masks.
        num_classes: of a mask; 1 where masks have 0 and 255.
        folder: where the files are.
        reading: what the settings say about the cells.

    Raises:
        InputError: a column or file is missing, or a mask does not fit its image or the classes.
    """
    require_label(tables["train"], label)
    tables, warnings = comparable(tables, reading)
    columns = tables["train"].columns
    if image not in columns:
        raise InputError(
            f'Column "{image}" of fit_args.column_types not found in the training data'
            f"{did_you_mean(image, columns)}."
        )
    frames: dict[str, pd.DataFrame] = {}
    for channel, table in tables.items():
        kept, without = keep_labelled(table, label)
        if without:
            warnings.append(f'{without} rows of "{channel}" have no mask and were ignored.')
        _require_images(kept, image)
        folder.require_readable(kept, (image, label))
        require_masks(kept, image, label, num_classes, folder)
        names = kept.table.select([image, label]).to_pandas().astype(str)
        frames[channel] = names.apply(folder.paths)
    others = tuple(name for name in columns if name not in (image, label))
    if others:
        warnings.append(
            f"Semantic segmentation reads one column of images; not read: {listed(others)}."
        )
    if "test" in frames:
        both = len(set(frames["test"][image]) & set(frames["train"][image]))
        if both:
            warnings.append(
                f"{both} images of the test data are training images: its metrics flatter."
            )
    return MaskRows(
        frames["train"], frames.get("test"), frames.get("tuning"), others, tuple(warnings)
    )


def _require_images(table: ChannelTable, image: str) -> None:
    for at, name in enumerate(table.table.column(image).to_pylist()):
        if name in (None, ""):
            raise InputError(
                f'Column "{image}", {table.row_name(at)} ("{table.channel}"): a mask without an '
                "image.",
                advice="Name the image, or leave the row out.",
            )
