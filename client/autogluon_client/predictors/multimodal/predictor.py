"""Fit, serve and predict text: `autogluon.multimodal.MultiModalPredictor` on SageMaker."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from autogluon_client.predictors.multimodal.endpoint import MultiModalEndpoint
from autogluon_client.predictors.tabular.predictor import TabularCloudPredictor


class MultiModalCloudPredictor(TabularCloudPredictor):
    """Fits, serves and predicts tables with text; its arguments are those of `PredictorContext`.

    Data is given, and answers are returned, as by `TabularCloudPredictor`.
    """

    predictor_type = "multimodal"
    endpoint_class = MultiModalEndpoint
    _folder_arguments = ("weights",)

    def fit(
        self,
        train_data: Any = None,
        predictor_fit_args: Mapping[str, Any] | None = None,
        *,
        weights: Any = None,
        **arguments: Any,
    ) -> Self:
        """Train, evaluate and register a model in a Train execution.

        Args:
            train_data: n rows with the label.
            predictor_fit_args: for `MultiModalPredictor.fit()`, over the YAML's, key by key.
            weights: a folder, or its s3:// address, with a folder for each checkpoint that
                `hyperparameters` name as `weights/<folder>`.
            arguments: as `TabularCloudPredictor.fit` takes them.
        """
        return super().fit(train_data, predictor_fit_args, weights=weights, **arguments)

    def to_local_predictor(
        self,
        predictor_path: str | None = None,
        save_path: str | Path | None = None,
        **load_arguments: Any,
    ) -> Any:
        """Download the training run's predictor and load it as a `MultiModalPredictor`.

        Raises:
            MissingPackageError: AutoGluon is not installed; the advice names the version.
        """
        multimodal, folder = self._downloaded("multimodal", predictor_path, save_path)
        return multimodal.MultiModalPredictor.load(folder, **load_arguments)
