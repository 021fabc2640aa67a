"""Answer images with masks."""

from __future__ import annotations

import base64
import io
import os
import tempfile
import threading
from pathlib import Path
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]
from autogluon.multimodal import MultiModalPredictor
from PIL import Image

from autogluon_contracts.predictor_types.multimodal.images import image_columns
from autogluon_contracts.predictor_types.multimodal.segmentation import (
    answered_values,
    mask_columns,
)
from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.messages.errors import RowError
from autogluon_jobs.multimodal.data.model_columns import model_frame
from autogluon_jobs.multimodal.images.picture import only_whole_images
from autogluon_jobs.multimodal.images.request_images import require_images, sent_images
from autogluon_jobs.multimodal.images.stored_images import StoredImages
from autogluon_jobs.multimodal.segmentation.network import load_predictor, predicted_mask
from autogluon_jobs.requests.inference_arguments import check_options
from autogluon_jobs.requests.request import Request
from autogluon_jobs.schema.feature_schema import FeatureSchema


class SegmentationEngine:
    """Answers each image with its mask, a PNG as base64, and counts of its pixels."""

    name = "autogluon"
    joinable = False

    def __init__(self, predictor: MultiModalPredictor, schema: FeatureSchema) -> None:
        self._predictor = predictor
        self._schema = schema
        (self._image,) = image_columns(schema.details)
        self._values = answered_values(schema.details)
        self._stored = StoredImages.from_environment(os.environ)
        self._one_request = threading.Lock()
        """A prediction changes the predictor's configuration, and reading images Pillow's."""

    @classmethod
    def load(cls, artifact: Path, schema: FeatureSchema, cores: int) -> SegmentationEngine:
        """Load the predictor of an unpacked artifact."""
        torch.set_num_threads(cores)
        return cls(load_predictor(artifact), schema)

    def predict(self, request: Request) -> Predictions:
        """Predict all rows of the request.

        Raises:
            InputError: an option that the predictor lacks.
            RowError: rows without an image, or with one that cannot be read.
        """
        check_options(request.options, self._schema.problem_type, ())
        rows = model_frame(self._schema.features, request.features)
        rows = sent_images(rows, (self._image,), self._stored)
        with self._one_request:
            with only_whole_images():
                require_images(rows, (self._image,))
            images = rows[self._image]
            missing = [at for at, image in enumerate(images) if image is None]
            if missing:
                raise RowError(
                    missing,
                    f'Column "{self._image}", {{row}}: the image is missing.',
                    advice="Send the bytes of a JPEG, PNG or similar file as base64.",
                )
            masks = [self._mask(image) for image in images]
        label, *counted = mask_columns(self._schema.label, self._values, "labels")
        columns: dict[str, Any] = {
            label: np.array([_encoded(mask) for mask in masks], dtype=object)
        }
        for name, value in zip(counted, self._values, strict=True):
            columns[name] = np.array([np.count_nonzero(mask == value) for mask in masks])
        return Predictions(columns, {})

    def _mask(self, image: bytes) -> np.ndarray:
        # AutoGluon opens an image of this problem type by its path, and takes no bytes.
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "image"
            file.write_bytes(image)
            return predicted_mask(self._predictor, self._image, file)


def _encoded(mask: np.ndarray) -> str:
    sink = io.BytesIO()
    Image.fromarray(mask).save(sink, format="PNG", optimize=True)
    return base64.b64encode(sink.getvalue()).decode()
