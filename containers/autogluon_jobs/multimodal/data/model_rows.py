"""Make what the models of one job take of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from autogluon_jobs.multimodal.data.model_columns import column_types, model_frame
from autogluon_jobs.multimodal.images.image_folder import ImageFolder
from autogluon_jobs.schema.feature_schema import Feature


@dataclass(frozen=True)
class ImageColumns:
    """Columns that name images, and the folder below which these are; None without columns."""

    columns: tuple[str, ...]
    folder: ImageFolder | None


@dataclass(frozen=True)
class ModelRows:
    """The features of a job in the schema's order, its label, and its columns of images."""

    features: Sequence[Feature]
    label: str
    images: ImageColumns

    @cached_property
    def types(self) -> Mapping[str, str]:
        """Return the columns' types as MultiModalPredictor calls them."""
        return column_types(self.features, self.images.columns)

    def of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the features as the models take them, images as the paths of their files."""
        frame, folder = model_frame(self.features, rows), self.images.folder
        if folder is None:
            return frame
        return frame.assign(**{name: folder.paths(frame[name]) for name in self.images.columns})

    def labelled(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the features with the label beside them."""
        return self.of(rows).assign(**{self.label: rows[self.label].to_numpy()})
