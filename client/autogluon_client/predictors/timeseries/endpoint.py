"""Ask an endpoint that serves a time series predictor for forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autogluon_client.aws_errors import explained
from autogluon_client.endpoint.endpoint import Endpoint
from autogluon_client.errors import InvalidArgumentError, NotSupportedError
from autogluon_client.predictors.timeseries.forecasts import forecast
from autogluon_client.predictors.timeseries.tables import flat, static_of, whole_table
from autogluon_client.registry.versions import feature_schema_of, find_version
from autogluon_contracts.content_types import JSONL
from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.predictor_types.timeseries.series import SeriesColumns, SeriesFacts

if TYPE_CHECKING:
    import pandas as pd


class TimeSeriesEndpoint(Endpoint):
    """A handle to an endpoint; creating it makes no request.

    Args:
        endpoint_name: name of a SageMaker endpoint that serves a time series predictor.
        session: a boto3 session. Default: the ambient credentials.
        environment: the environment it belongs to; known covariates and `delete_endpoint` need it.
        on_rows: called after each request with the rows answered and their total.

    Example:
        >>> endpoint = TimeSeriesEndpoint("autogluon-sandbox-economy")
        >>> table = endpoint.predict("history.csv")  # doctest: +SKIP
    """

    def predict(
        self,
        data: Any,
        *,
        known_covariates: Any = None,
        static_features: Any = None,
        prediction_length: int | None = None,
        target: str | None = None,
        id_column: str | None = None,
        timestamp_column: str | None = None,
        quantile_levels: Sequence[float] | None = None,
        accept: str = JSONL,
    ) -> pd.DataFrame:
        """Forecast the series of a long table.

        Args:
            data: the history: a DataFrame (also AutoGluon's `TimeSeriesDataFrame`), or the path,
                s3:// or https:// address of a CSV, JSON or Parquet file. Rows with an empty
                target after a series' last value are its future, with known covariates. Series
                that the model stores may be without history: rows of their future, or of names
                alone.
            known_covariates: their values in the future, as a table of their own.
            static_features: a row for each series: its id, or an index of ids, and a column for
                each feature. Default: those of a `TimeSeriesDataFrame`, or columns of `data`.
            prediction_length: None, or what the model was trained for; so are the other names of
                columns and the `quantile_levels`.
            accept: format of the answer on the wire; the result is the same.

        Returns:
            A DataFrame with a row for each series and future time: the columns of id and time,
            `mean`, and one column for each quantile level, such as `0.1`.

        Raises:
            EndpointOffError: the endpoint does not exist or does not answer.
            EndpointRequestError: the model refuses a row; the message says why.
            InvalidDataError: the data cannot be sent, or is larger than a request.
            InvalidArgumentError: the model was trained for something else.
        """
        asked = {
            "prediction_length": prediction_length,
            "target": target,
            "id_column": id_column,
            "timestamp_column": timestamp_column,
            "quantile_levels": None if quantile_levels is None else sorted(quantile_levels),
        }
        given = {name: value for name, value in asked.items() if value is not None}
        if given:
            self._require_trained_for(given)
        static = static_of(data, static_features)
        if known_covariates is None and static is None:
            return forecast(self._whole_answer(flat(data), accept=accept))
        s3 = self._connection.client("s3")
        table = whole_table(s3, data, known_covariates, static, self._columns())
        return forecast(self._whole_answer(table, accept=accept))

    def predict_table(
        self, data: Any, *, labels_only: bool = False, **options: Any
    ) -> pd.DataFrame:
        """Forecast the series of a long table, as `predict` does; it takes no options."""
        _require_no_options(labels_only, options)
        return self.predict(data)

    def predict_records(
        self, data: Any, *, labels_only: bool = False, **options: Any
    ) -> list[dict[str, Any]]:
        """Forecast as `predict_table` does, one record for each series and future time.

        Ids are texts, times ISO 8601 as the endpoint answers them.
        """
        _require_no_options(labels_only, options)
        records = self._whole_answer_records(flat(data))
        item = next(iter(records[0])) if records else ""
        return [{**record, item: str(record[item])} for record in records]

    @explained
    def _header(self) -> FeatureSchemaHeader:
        predictor = self._connection.deployment.predictor_of(self._name)
        if predictor is None:
            raise InvalidArgumentError(
                f"Endpoint {self._name!r} is not part of environment "
                f"{self._connection.environment!r}, so its columns are not known.",
                argument="endpoint_name",
                advice="Write the known covariates into the data, with an empty target.",
            )
        package = find_version(self._connection, predictor, "live")
        return feature_schema_of(self._connection, package)

    def _columns(self) -> SeriesColumns:
        header = self._header()
        facts = SeriesFacts.of(header.details)
        return SeriesColumns(
            header.label, facts.id_column, facts.timestamp_column, facts.known_covariates
        )

    def _require_trained_for(self, given: dict[str, Any]) -> None:
        header = self._header()
        trained = {
            **SeriesFacts.of(header.details).to_json(),
            "target": header.label,
            "quantile_levels": list(header.quantile_levels or ()),
        }
        for name, value in given.items():
            if value != trained[name]:
                raise InvalidArgumentError(
                    f"{name}: got {value!r}, but the model was trained for {trained[name]!r}.",
                    argument=name,
                    advice="Leave it out, or train another model.",
                )


def _require_no_options(labels_only: bool, options: dict[str, Any]) -> None:
    given = [*(["labels_only"] if labels_only else []), *options]
    if given:
        raise NotSupportedError(
            f"A forecast does not support {given[0]}.",
            argument=given[0],
            advice="Leave it out.",
        )
