"""Judge a fitted predictor's masks on the test rows, else on those that AutoGluon held out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd
from autogluon.multimodal import MultiModalPredictor

from autogluon_contracts.predictor_types.multimodal.metrics import measured_metrics
from autogluon_contracts.predictor_types.multimodal.names import SEMANTIC_SEGMENTATION
from autogluon_contracts.predictor_types.multimodal.segmentation import mask_values
from autogluon_jobs.multimodal.segmentation.mask_files import mask_pixels
from autogluon_jobs.multimodal.segmentation.mask_rows import MaskRows
from autogluon_jobs.multimodal.segmentation.network import predicted_mask
from autogluon_jobs.multimodal.segmentation.pixel_scores import PixelCounts


@dataclass(frozen=True)
class MaskEvaluation:
    """What was measured on which rows.

    Attributes:
        evaluated_on: the test rows or held-out ones.
        holdout: `validation` or `tuning`; None for the test.
        metrics: by name, in AutoGluon's sign.
        counts: the pixels behind them.
        rows: the images and masks.
    """

    evaluated_on: Literal["test", "holdout"]
    holdout: str | None
    metrics: Mapping[str, float]
    counts: PixelCounts
    rows: pd.DataFrame


def evaluate(
    predictor: MultiModalPredictor,
    rows: MaskRows,
    image: str,
    num_classes: int,
    eval_metric: str | None,
) -> MaskEvaluation:
    """Measure the masks that a caller would get, at the size of the images.

    AutoGluon's own `evaluate` judges scaled ones, and holds the scores of all images in memory.
    """
    label = predictor.label
    if rows.test is not None:
        where: Literal["test", "holdout"] = "test"
        holdout, judged = None, rows.test
    else:
        where, holdout = "holdout", "validation" if rows.tuning is None else "tuning"
        # Those that it was given, or that it held out and keeps in no other place.
        judged = predictor._learner._tuning_data[[image, label]]
    counts = PixelCounts(mask_values(num_classes))
    for photo, mask in zip(judged[image], judged[label], strict=True):
        counts.add(mask_pixels(Path(mask)), predicted_mask(predictor, image, Path(photo)))
    names = measured_metrics(SEMANTIC_SEGMENTATION, eval_metric)
    metrics = {name: counts.score(name) for name in names}
    return MaskEvaluation(where, holdout, metrics, counts, judged)
