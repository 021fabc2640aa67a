"""Predict with a loaded model, without pandas and AutoGluon."""

from __future__ import annotations

import numpy as np

from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.meantype.means import Means
from autogluon_jobs.requests.request import Request
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.feature_table import MISSING_CODE


class MeanEngine:
    """Looks the mean of each row's key up."""

    name = "means"
    joinable = True

    def __init__(self, means: Means, schema: FeatureSchema) -> None:
        (self._feature,) = schema.features
        self._label = schema.label
        # A missing category has the code -1, which picks the last one; so do unseen ones.
        keys = (*(self._feature.categories or ()), None)
        self._values = np.array([means.of(key) for key in keys])

    def predict(self, request: Request) -> Predictions:
        """Predict all rows of the request."""
        codes = request.table([self._feature]).columns[self._feature.name]
        return Predictions({self._label: self._values[np.maximum(codes, MISSING_CODE)]}, {})
