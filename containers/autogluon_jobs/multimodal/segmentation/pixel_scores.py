"""Count which pixels of masks are right, and score them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autogluon_contracts.predictor_types.multimodal.metrics import BALANCED_ERROR
from autogluon_contracts.predictor_types.multimodal.segmentation import mask_values


class PixelCounts:
    """How often each value was answered for each true one, over the pixels of all images so far."""

    def __init__(self, values: Sequence[int]) -> None:
        self._values = np.asarray(values)
        count = len(values)
        self._counts = np.zeros((count, count), dtype=np.int64)

    def add(self, truth: np.ndarray, answer: np.ndarray) -> None:
        """Count two masks of one size whose pixels have the values."""
        count = len(self._values)
        pairs = np.searchsorted(self._values, truth) * count
        pairs = pairs + np.searchsorted(self._values, answer)
        self._counts += np.bincount(pairs.ravel(), minlength=count * count).reshape(count, count)

    def intersections_over_unions(self) -> list[float | None]:
        """Return the score of each value; None: neither truth nor answer has it."""
        hits = self._counts.diagonal()
        unions = self._counts.sum(axis=0) + self._counts.sum(axis=1) - hits
        return [
            int(hit) / int(union) if union else None
            for hit, union in zip(hits, unions, strict=True)
        ]

    def shares(self) -> list[float]:
        """Return the share of each value among the true pixels."""
        found: list[float] = (self._counts.sum(axis=1) / self._counts.sum()).tolist()
        return found

    def score(self, metric: str) -> float:
        """Return one of the metrics of masks, in AutoGluon's sign.

        Of two values, `iou` is the foreground's, and without any foreground 0, as torchmetrics
        counts it.
        """
        if metric == "iou":
            scores = self.intersections_over_unions()
            if tuple(self._values.tolist()) == mask_values(1):
                return scores[1] or 0.0
            return float(np.mean([score for score in scores if score is not None]))
        if metric == "pixel_accuracy":
            return float(self._counts.diagonal().sum() / self._counts.sum())
        if metric == BALANCED_ERROR:
            return -self._balanced_error()
        raise ValueError(f"{metric} is not a metric of masks")

    def _balanced_error(self) -> float:
        of_value = self._counts.sum(axis=1)
        wrong = of_value - self._counts.diagonal()
        present = of_value > 0
        return float(np.mean(wrong[present] / of_value[present]))
