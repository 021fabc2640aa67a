"""Fit, serve and predict text and images: AutoGluon's `MultiModalPredictor` on SageMaker."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from autogluon_client.predictors.multimodal.endpoint import MultiModalEndpoint
from autogluon_client.predictors.multimodal.images import (
    collect_images,
    folder_of_addresses,
    with_images,
)
from autogluon_client.predictors.tabular.predictor import TabularCloudPredictor
from autogluon_contracts.content_types import JSONL
from autogluon_contracts.predictor_types.multimodal.images import IMAGE_TYPE

if TYPE_CHECKING:
    import pandas as pd

_TABLES = ("train_data", "tuning_data", "test_data")


class MultiModalCloudPredictor(TabularCloudPredictor):
    """Fits, serves and predicts tables with text; its arguments are those of `PredictorContext`.

    Data is given, and answers are returned, as by `TabularCloudPredictor`.
    """

    predictor_type = "multimodal"
    local_class = "MultiModalPredictor"
    endpoint_class = MultiModalEndpoint
    folder_arguments = ("images", "weights")

    def fit(
        self,
        train_data: Any = None,
        predictor_fit_args: Mapping[str, Any] | None = None,
        *,
        image_column: str | None = None,
        images: Any = None,
        weights: Any = None,
        **arguments: Any,
    ) -> Self:
        """Train, evaluate and register a model in a Train execution.

        Args:
            train_data: n rows with the label.
            predictor_fit_args: for `MultiModalPredictor.fit()`, over the YAML's, key by key.
            image_column: that names the files of images. It is declared as `image_path` among the
                `column_types`. Without `images`, the files are uploaded with the run; of `s3://`
                addresses the folder that they share becomes `images`.
            images: a folder, or its s3:// address, below which are the files that columns of the
                type `image_path` name, by their paths there or, in S3, by their addresses.
            weights: a folder, or its s3:// address, with a folder for each checkpoint that
                `hyperparameters` name as `weights/<folder>`.
            arguments: as `TabularCloudPredictor.fit` takes them.
        """
        fit_args = dict(predictor_fit_args or {})
        if image_column is None:
            return super().fit(train_data, fit_args, images=images, weights=weights, **arguments)
        declared = dict(self._checked_spec(None)["fit_args"]).get("column_types") or {}
        types = {**declared, **(fit_args.get("column_types") or {}), image_column: IMAGE_TYPE}
        fit_args["column_types"] = types
        if images is not None:
            return super().fit(train_data, fit_args, images=images, weights=weights, **arguments)
        # In the older form the first argument is for the constructor, and the data in the second.
        older = isinstance(train_data, Mapping)
        given = fit_args if older else {"train_data": train_data, **arguments}
        tables = {key: given[key] for key in _TABLES if given.get(key) is not None}
        stored = folder_of_addresses(tables, image_column)
        if stored is not None:
            return super().fit(train_data, fit_args, images=stored, weights=weights, **arguments)
        with tempfile.TemporaryDirectory() as folder:
            collected = collect_images(tables, image_column, Path(folder))
            if older:
                fit_args |= collected
            else:
                train_data = collected.pop("train_data", train_data)
                arguments |= collected
            return super().fit(train_data, fit_args, images=folder, weights=weights, **arguments)

    def predict_real_time(
        self,
        test_data: Any,
        test_data_image_column: str | None = None,
        accept: str = JSONL,
        **options: Any,
    ) -> pd.Series:
        """Predict labels with the attached endpoint; see `TabularEndpoint.predict`.

        `test_data_image_column` names the files of images, which are sent with the rows, or their
        `s3://` addresses, which the server reads where `serving.image_locations` lists them. A
        model of semantic segmentation answers masks, PNG files as base64: `write_masks` writes
        them.
        """
        rows = with_images(test_data, test_data_image_column)
        return super().predict_real_time(rows, accept=accept, **options)

    def predict_proba_real_time(
        self,
        test_data: Any,
        test_data_image_column: str | None = None,
        accept: str = JSONL,
        **options: Any,
    ) -> pd.DataFrame | pd.Series:
        """Predict probabilities as `predict_real_time` predicts labels."""
        rows = with_images(test_data, test_data_image_column)
        return super().predict_proba_real_time(rows, accept=accept, **options)

    def predict_proba(
        self, test_data: Any, *, test_data_image_column: str | None = None, **arguments: Any
    ) -> Any:
        """Predict any number of rows in a batch; see `TabularCloudPredictor.predict_proba`."""
        return super().predict_proba(with_images(test_data, test_data_image_column), **arguments)
