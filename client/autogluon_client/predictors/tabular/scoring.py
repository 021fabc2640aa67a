"""Score and explain a tabular model, and describe what it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autogluon_client.aws_errors import explained
from autogluon_client.data.label_column import label_column
from autogluon_client.endpoint.input_schema import request_schema
from autogluon_client.executions.names import new_name
from autogluon_client.predictors.tabular.batches import TabularBatches
from autogluon_client.predictors.tabular.evaluation import evaluate
from autogluon_client.registry.versions import describe_version, feature_schema_of, find_version
from autogluon_client.workflows.batch import BatchRun
from autogluon_contracts.names import NO_MODEL

if TYPE_CHECKING:
    import pandas as pd


class TabularScoring(TabularBatches):
    """Provides the calls that judge a model."""

    @explained
    def evaluate(self, data: Any, *, model: str | int | None = None) -> dict[str, float]:
        """Score a model on labelled rows by AutoGluon's metrics, without AutoGluon.

        The attached endpoint answers. Without one, or with `model`, a batch does.

        Args:
            data: n rows with the label: a DataFrame, or the path, s3:// or https:// address of a
                CSV file with a header, a JSON or a Parquet file.
            model: a version number, model package ARN, `latest` or `live`. Default: the endpoint's,
                else the training run's.

        Returns:
            The metrics that training reports, the eval metric first. Higher is better: errors are
            negative, as in `TabularPredictor.evaluate`.

        Raises:
            InvalidDataError: the data lacks the label, or no row can be compared.
        """
        by_endpoint = model is None and self._state.endpoint is not None
        package = find_version(self._connection, self.predictor, self._asked(model, by_endpoint))
        header = feature_schema_of(self._connection, package)
        labels = label_column(self._connection.client("s3"), data, header.label)
        if by_endpoint:
            answers = self._answering_endpoint(by_live=True).predict_table(data)
        else:
            answers = self._batch_answers(data, str(package["ModelPackageArn"]))
        metric = describe_version(package, NO_MODEL)["eval_metric"]
        found = evaluate(header, labels, answers.reset_index(drop=True), metric)
        for warning in found.warnings:
            self._progress.say(f"Warning: {warning}")
        return dict(found.metrics)

    @explained
    def explain(self, data: Any, *, model: str | None = None) -> pd.DataFrame:
        """Divide the endpoint's predictions among the features; see `TabularEndpoint.explain`."""
        return self._answering_endpoint().explain(data, model=model)

    @explained
    def input_schema(self, model: str | int | None = None) -> dict[str, Any]:
        """Return the JSON Schema of an `application/json` request to the model.

        Args:
            model: as `evaluate` takes it.
        """
        asked = self._asked(model, self._state.endpoint is not None)
        package = find_version(self._connection, self.predictor, asked)
        return request_schema(feature_schema_of(self._connection, package))

    def _asked(self, model: str | int | None, by_endpoint: bool) -> str:
        if model is not None:
            return str(model)
        return "live" if by_endpoint else self._fitted_model("live")

    def _batch_answers(self, data: Any, package: str) -> pd.DataFrame:
        arguments = {"predictor": self.predictor, "model": package}
        name = new_name("evaluate")
        run = BatchRun.start(self._connection, arguments, data, self._uploads(), name=name)
        return run.answers(self._progress, None)[0]
