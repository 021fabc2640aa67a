"""Predict with AutoGluon's predictor."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]
from autogluon.multimodal import MultiModalPredictor
from autogluon.multimodal.constants import IMAGE_BYTEARRAY

from autogluon_contracts.predictor_types.multimodal.images import image_columns
from autogluon_jobs.answers.columns import probability_columns
from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.multimodal.data.model_columns import model_frame
from autogluon_jobs.multimodal.images.picture import only_whole_images
from autogluon_jobs.multimodal.images.request_images import require_images, sent_images
from autogluon_jobs.multimodal.images.stored_images import StoredImages
from autogluon_jobs.multimodal.quiet_library import forbid_dictionaries
from autogluon_jobs.requests.inference_arguments import check_options
from autogluon_jobs.requests.request import Request
from autogluon_jobs.schema.feature_schema import FeatureSchema


class MultiModalEngine:
    """Answers rows with a loaded `MultiModalPredictor`.

    Texts of a request are padded to the longest, so that rows beside it change a row's answer in
    its last bits: requests are not joined.
    """

    name = "autogluon"
    joinable = False

    def __init__(self, predictor: MultiModalPredictor, schema: FeatureSchema) -> None:
        self._predictor = predictor
        self._schema = schema
        self._images = image_columns(schema.details)
        self._stored = StoredImages.from_environment(os.environ)
        self._one_request = threading.Lock()
        """A prediction changes the predictor's configuration, and reading images Pillow's."""

    @classmethod
    def load(cls, artifact: Path, schema: FeatureSchema, cores: int) -> MultiModalEngine:
        """Load the predictor of an unpacked artifact."""
        torch.set_num_threads(cores)
        forbid_dictionaries()
        predictor = MultiModalPredictor.load(str(artifact), verbosity=0)
        # Processes that load rows would be forked from a server with threads, and may hang.
        predictor._learner._config.env.num_workers_inference = 0
        for name in image_columns(schema.details):
            # It was trained on files. AutoGluon looks at a request to tell, in vain where most
            # images are missing, and would take the bytes of the others for a file's name.
            predictor._learner._column_types[name] = IMAGE_BYTEARRAY
        return cls(predictor, schema)

    def predict(self, request: Request) -> Predictions:
        """Predict all rows of the request.

        Raises:
            InputError: an option that the predictor lacks.
            RowError: rows with an image that cannot be read.
        """
        check_options(request.options, self._schema.problem_type, ())
        rows = model_frame(self._schema.features, request.features)
        rows = sent_images(rows, self._images, self._stored)
        with self._one_request:
            with only_whole_images():
                require_images(rows, self._images)
            return self._predicted(rows, request.options.get("decision_threshold"))

    def _predicted(self, rows: Any, threshold: float | None) -> Predictions:
        label, classes = self._schema.label, self._schema.classes
        if classes is None:
            values = self._predictor.predict(rows, as_pandas=False, realtime=None)
            return Predictions({label: np.asarray(values, dtype=float)}, {})
        scores = self._predictor.predict_proba(rows, as_pandas=False, realtime=None)
        scores = np.asarray(scores, dtype=float)
        chosen = scores.argmax(axis=1)
        if threshold is not None:
            positive = classes.index(self._schema.positive_class)
            chosen = np.where(scores[:, positive] >= threshold, positive, 1 - positive)
        labels = np.array(classes, dtype=object)[chosen]
        columns = probability_columns(classes)
        return Predictions(
            {label: labels}, {name: scores[:, at] for at, name in enumerate(columns)}
        )
