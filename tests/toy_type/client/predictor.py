"""Fit, serve and predict with mean predictors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from autogluon_client.aws_errors import explained
from autogluon_client.endpoint.endpoint import Endpoint
from autogluon_client.predictors.base_predictor import BaseCloudPredictor
from autogluon_client.workflows.batch import BatchRun
from autogluon_client.workflows.train_request import fit_request
from autogluon_contracts.content_types import JSONL

if TYPE_CHECKING:
    import pandas as pd


class MeanEndpoint(Endpoint):
    """A handle to an endpoint that serves a mean predictor."""

    def predict_table(
        self, data: Any, *, labels_only: bool = False, **options: Any
    ) -> pd.DataFrame:
        """Return the means as one column, named as the label."""
        return self._answers(data, accept=JSONL, attributes="")[0]


class MeanCloudPredictor(BaseCloudPredictor[MeanEndpoint]):
    """Fits, serves and predicts with means; its arguments are those of `PredictorContext`."""

    predictor_type = "meantype"
    local_class = "Means"
    endpoint_class = MeanEndpoint

    @explained
    def fit(
        self, train_data: Any, test_data: Any, fit_args: Mapping[str, Any] | None = None
    ) -> Self:
        """Train, judge and register a model in a Train execution."""
        self._require_not_fit()
        self._checked_spec(None)
        request = fit_request(
            train_data=train_data, test_data=test_data, predictor_fit_args=fit_args
        )
        self._train(request, name=None, wait=True)
        return self

    def predict_real_time(self, data: Any) -> pd.Series:
        """Predict with the attached endpoint: a Series, n long."""
        return self._answering_endpoint().predict_table(data).iloc[:, 0]

    @explained
    def predict(self, data: Any) -> pd.Series:
        """Predict in a BatchPredict execution: a Series, n long."""
        arguments = {"predictor": self.predictor, "model": self._fitted_model("live")}
        run = BatchRun.start(self._connection, arguments, data, self._uploads(), name=None)
        self._state.batch_jobs.append(run.name)
        return run.answers(self._progress, None)[0].iloc[:, 0]
