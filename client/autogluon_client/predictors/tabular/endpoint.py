"""Ask an endpoint that serves a tabular predictor for labels and probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from autogluon_client.autogluon_cloud_arguments import refuse
from autogluon_client.endpoint.endpoint import Endpoint
from autogluon_client.predictors.tabular.answers import explained, labels_of, split_answer
from autogluon_client.predictors.tabular.inference_arguments import custom_attributes
from autogluon_contracts.answers import PROBABILITY_SUFFIX
from autogluon_contracts.content_types import JSONL

if TYPE_CHECKING:
    import pandas as pd


class TabularEndpoint(Endpoint):
    """A handle to an endpoint; creating it makes no request.

    Args:
        endpoint_name: name of a SageMaker endpoint that serves a tabular predictor.
        session: a boto3 session. Default: the ambient credentials.
        environment: the environment it belongs to; only `delete_endpoint` needs it.
        variant: which of the endpoint's variants answers. Default: SageMaker chooses.
        on_rows: called after each request with the rows answered and their total.

    Example:
        >>> endpoint = TabularEndpoint("autogluon-sandbox-income")
        >>> labels = endpoint.predict("people.csv")  # doctest: +SKIP
    """

    def predict(
        self,
        data: Any,
        train_data: Any = None,
        label: str | None = None,
        *,
        accept: str = JSONL,
        inference_id: str | None = None,
        **options: Any,
    ) -> pd.Series:
        """Predict labels.

        Args:
            data: n rows: a DataFrame, or the path, s3:// or https:// address of a CSV (with or
                without a header), JSON or Parquet file. It may contain the label column.
            train_data: None; AutoGluon Cloud's foundation models take it.
            label: None, likewise.
            accept: format of the answers on the wire; the result is the same.
            inference_id: what names the request in captured data, such as the number of an order,
                so that labels can be joined with it; the rows must fit into one request.
            options: `model` (the name of one of the artifact's models), `decision_threshold` (0
                to 1, binary classification) and `on_error` (`row`: a row that cannot be predicted
                is missing in the answer and warned of, instead of failing the `request`), given
                directly or in `inference_kwargs`.

        Returns:
            A Series, n long, named as the label, with the DataFrame's index; for a quantile
            predictor a DataFrame, n rows and one column per level.

        Raises:
            EndpointOffError: the endpoint does not exist or does not answer.
            EndpointRequestError: the model refuses a row or an option; the message says why.
            InvalidDataError: the data cannot be sent.
            InvalidArgumentError, NotSupportedError: an option is invalid or unknown.
        """
        refuse("TabularEndpoint", "predict", {"train_data": train_data, "label": label})
        return self._predict(data, accept, options, inference_id)[0]

    def predict_proba(
        self,
        data: Any,
        train_data: Any = None,
        label: str | None = None,
        *,
        include_predict: bool = True,
        accept: str = JSONL,
        inference_id: str | None = None,
        **options: Any,
    ) -> Any:
        """Predict class probabilities; arguments and errors as `predict`.

        Returns:
            A DataFrame, n rows and one column per class; for regression and quantiles what
            `predict` returns. With `include_predict` the tuple (labels, probabilities).
        """
        refuse("TabularEndpoint", "predict_proba", {"train_data": train_data, "label": label})
        labels, probabilities = self._predict(data, accept, options, inference_id)
        return (labels, probabilities) if include_predict else probabilities

    def predict_table(
        self,
        data: Any,
        *,
        labels_only: bool = False,
        contributions: bool = False,
        inference_id: str | None = None,
        **options: Any,
    ) -> pd.DataFrame:
        """Predict labels and probabilities as one table `[<label>, <class>_proba, ...]`.

        Args:
            data: n rows, as `predict` takes them.
            labels_only: whether to leave the probabilities out.
            contributions: whether `<feature>_contribution` follows for each feature, and the base;
                with more than two classes for each class. `explain` describes them.
            inference_id: as `predict` takes it.
            options: as `predict` takes them; with `on_error="row"` the column `row_error` says what
                is wrong with a row.
        """
        attributes = _attributes(options, contributions)
        table, index = self._answers(
            data, accept=JSONL, attributes=attributes, inference_id=inference_id
        )
        if index is not None:
            table = table.set_axis(index, axis="index")
        return labels_of(table) if labels_only else table

    def predict_records(
        self,
        data: Any,
        *,
        labels_only: bool = False,
        contributions: bool = False,
        inference_id: str | None = None,
        **options: Any,
    ) -> list[dict[str, Any]]:
        """Predict labels and probabilities as `predict_table` does, one record a row."""
        records = self._answer_records(
            data, attributes=_attributes(options, contributions), inference_id=inference_id
        )
        if not labels_only:
            return records
        label = next(iter(records[0]), "") if records else ""  # which may end in the suffix, too
        return [
            {
                name: cell
                for name, cell in record.items()
                if name == label or not name.endswith(PROBABILITY_SUFFIX)
            }
            for record in records
        ]

    def explain(self, data: Any, *, model: str | None = None) -> pd.DataFrame:
        """Predict, and divide each prediction among the features by SHAP values.

        Args:
            data: n rows, as `predict` takes them.
            model: the name of one of the artifact's models. Default: the best.

        Returns:
            A DataFrame, n rows, with the data's index and the columns `[<label>, <feature>, ...,
            base]`. A row's contributions and its base add up to the model's own score: the target
            in a regression, log-odds of the positive class in binary classification, else the score
            of the predicted class.

        Raises:
            EndpointRequestError: the model has no contributions; `facts["allowed"]` are those of
                the artifact's models that have them.
        """
        attributes = _attributes({"model": model}, True)
        table, index = self._answers(data, accept=JSONL, attributes=attributes)
        found = explained(table)
        return found if index is None else found.set_axis(index, axis="index")

    def _predict(
        self, data: Any, accept: str, options: dict[str, Any], inference_id: str | None
    ) -> Any:
        attributes = custom_attributes(options)
        return split_answer(
            *self._answers(data, accept=accept, attributes=attributes, inference_id=inference_id)
        )


def _attributes(options: Mapping[str, Any], contributions: bool) -> str:
    """Return the header of a request's options."""
    given = [*(["contributions=true"] if contributions else []), custom_attributes(options)]
    return ";".join(filter(None, given))
