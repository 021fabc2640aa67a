"""Ask an endpoint that serves a model of SageMaker's built-in Linear Learner."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from autogluon_client.autogluon_cloud_arguments import refuse
from autogluon_client.endpoint.payloads import Payload
from autogluon_client.endpoint.rows import Call, answer_rows
from autogluon_client.errors import EndpointRequestError, InvalidArgumentError, InvalidDataError
from autogluon_client.predictors.tabular.answers import split_answer
from autogluon_client.predictors.xgboost.endpoint import XGBoostEndpoint
from autogluon_contracts.content_types import JSON_LINES, JSONL


class LinearLearnerEndpoint(XGBoostEndpoint):
    """A handle to an endpoint; creating it makes no request.

    The algorithm knows columns by their places: rows are put into the order of the live version's
    features and sent as CSV without a header. It answers an object for each row, as JSON Lines:
    `score` of regression, and `predicted_label` and `score` of classes. (SageMaker's developer
    guide, "Linear learner response formats".)

    Args:
        endpoint_name: name of a SageMaker endpoint that serves a predictor of the type
            `linear_learner`.
        session: a boto3 session. Default: the ambient credentials.
        environment: the environment it belongs to.

    Example:
        >>> endpoint = LinearLearnerEndpoint("autogluon-sandbox-prices")
        >>> prices = endpoint.predict("houses.csv")  # doctest: +SKIP
    """

    def _payload(self, data: Any) -> Payload:
        payload = super()._payload(data)
        _require_numbers(payload, self._header.feature_names)
        return payload

    def _predict(
        self, data: Any, accept: str, options: dict[str, Any], inference_id: str | None
    ) -> Any:
        if accept not in (JSONL, JSON_LINES):
            raise InvalidArgumentError(
                f"accept: got {accept!r}; allowed: {JSON_LINES!r}, which the algorithm is asked "
                "for.",
                argument="accept",
            )
        return split_answer(self.predict_table(data, inference_id=inference_id, **options))

    def _answer_columns(
        self, data: Any, options: dict[str, Any], inference_id: str | None
    ) -> Mapping[str, Sequence[Any]]:
        """Return the values of the answers, one for each of the data's rows, by column."""
        refuse(type(self).__name__, "predict", options)
        names = self._named()

        def parsed(content: bytes) -> list[list[Any]]:
            return [self._values(line, names) for line in content.splitlines() if line.strip()]

        def ask(call: Call, payload: Payload) -> list[list[Any]]:
            return [row for part in answer_rows(call, payload, parsed) for row in part]

        rows = self._send(ask, self._payload(data), JSON_LINES, "", inference_id)
        return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))

    def _values(self, line: bytes, names: Sequence[str]) -> list[Any]:
        answer = json.loads(line)
        if not isinstance(answer, dict) or not set(names) <= set(answer):
            raise EndpointRequestError(
                f"Endpoint {self.endpoint_name} answered {line[:80].decode(errors='replace')}, "
                f"without {' and '.join(names)}.",
                endpoint=self.endpoint_name,
                advice="Ask it by AnyEndpoint, and see what it answers.",
            )
        return [answer[name] for name in names]


def _require_numbers(payload: Payload, features: Sequence[str]) -> None:
    """Raise InvalidDataError for a missing value, which the algorithm does not take."""
    for number, row in enumerate(_rows(payload), start=1):
        if "" in row:
            raise InvalidDataError(
                f"Row {number} of the data has no {features[row.index('')]}, and the algorithm "
                "takes no missing values.",
                advice="Fill the cell in, or leave the row out.",
            )


def _rows(payload: Payload) -> Iterator[list[str]]:
    text = b"".join(payload.records).decode()
    return csv.reader(io.StringIO(text, newline=""))
