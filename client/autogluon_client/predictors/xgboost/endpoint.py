"""Ask an endpoint that serves a model of SageMaker's built-in XGBoost."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from autogluon_client.endpoint.payloads import Payload, csv_records
from autogluon_client.errors import InvalidArgumentError, InvalidDataError
from autogluon_client.predictors.script.endpoint import ScriptEndpoint
from autogluon_client.registry.versions import feature_schema_of, find_version
from autogluon_contracts.content_types import CSV
from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed


class XGBoostEndpoint(ScriptEndpoint):
    """A handle to an endpoint; creating it makes no request.

    The algorithm knows columns by their places: rows are put into the order of the live version's
    features and sent as CSV without a header. It answers one number for each row.

    Args:
        endpoint_name: name of a SageMaker endpoint that serves a predictor of the type `xgboost`.
        session: a boto3 session. Default: the ambient credentials.
        environment: the environment it belongs to.

    Example:
        >>> endpoint = XGBoostEndpoint("autogluon-sandbox-prices")
        >>> prices = endpoint.predict("houses.csv")  # doctest: +SKIP
    """

    def _payload(self, data: Any) -> Payload:
        payload = super()._payload(data)
        text = b"".join(payload.records).decode("utf-8-sig")
        rows = csv.reader(io.StringIO(text, newline=""))
        return Payload(csv_records(_plain(rows, self._header.feature_names)), CSV)

    @cached_property
    def _header(self) -> FeatureSchemaHeader:
        """Return what the live version takes.

        Raises:
            InvalidArgumentError: the endpoint is not part of the environment.
        """
        predictor = self._connection.deployment.predictor_of(self.endpoint_name)
        if predictor is None:
            raise InvalidArgumentError(
                f"Endpoint {self.endpoint_name!r} is not part of environment "
                f"{self._connection.environment!r}, so the order of its columns is not known.",
                argument="endpoint_name",
                advice="Ask it by AnyEndpoint, with CSV without a header in that order.",
            )
        package = find_version(self._connection, predictor, "live")
        return feature_schema_of(self._connection, package)

    def _named(self) -> Sequence[str]:
        return [str(name) for name in (self._header.details or {}).get("answers", ())]


def _plain(rows: Iterator[list[str]], features: Sequence[str]) -> bytes:
    """Return the cells of the features as CSV without a header, in their order.

    Raises:
        InvalidDataError: a feature is missing, or a row has another length than the header.
    """
    header = next(rows)
    missing = [name for name in features if name not in header]
    if missing:
        raise InvalidDataError(
            f"The data lacks the features {listed(missing)}{did_you_mean(missing[0], header)}.",
            advice="Name the columns as in the training data.",
        )
    places = [header.index(name) for name in features]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for number, row in enumerate((row for row in rows if row), start=1):
        if len(row) != len(header):
            raise InvalidDataError(
                f"Row {number} of the data has {len(row)} cells, and the header {len(header)}.",
                advice="Give each row a cell for each name of the header.",
            )
        writer.writerow([row[place].strip() for place in places])
    return text.getvalue().encode()
