"""Ask an endpoint that serves a person's own script."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autogluon_client.autogluon_cloud_arguments import refuse
from autogluon_client.aws_errors import explained
from autogluon_client.data.frames import is_frame
from autogluon_client.endpoint.endpoint import Endpoint
from autogluon_client.endpoint.payloads import Payload, csv_records
from autogluon_client.endpoint.rows import Call, answer_rows
from autogluon_client.errors import NotFoundError
from autogluon_client.optional_packages import pandas
from autogluon_contracts.content_types import CSV

if TYPE_CHECKING:
    import pandas as pd

_Rows = list[list[str]]


class ScriptEndpoint(Endpoint):
    """A handle to an endpoint; creating it makes no request.

    Rows are sent as CSV with a header, and answers are read as CSV without one: a line for each
    row, as SageMaker's scikit-learn image writes them.

    Args:
        endpoint_name: name of a SageMaker endpoint that serves a predictor of the type `script`.
        session: a boto3 session. Default: the ambient credentials.
        environment: the environment it belongs to, whose settings name the columns of answers.

    Example:
        >>> endpoint = ScriptEndpoint("autogluon-sandbox-income")
        >>> labels = endpoint.predict("people.csv")  # doctest: +SKIP
    """

    def predict(self, data: Any, **options: Any) -> pd.Series:
        """Predict labels.

        Args:
            data: n rows: a DataFrame, or the path, s3:// or https:// address of a CSV file with a
                header, or of a Parquet file.
            options: none; the script's server takes none.

        Returns:
            The answers' first column, n long, with the DataFrame's index.

        Raises:
            EndpointOffError: the endpoint does not exist or does not answer.
            EndpointRequestError: the script fails, or answers another number of rows.
            InvalidDataError: the data cannot be sent.
        """
        return self.predict_table(data, **options).iloc[:, 0]

    @explained
    def predict_table(
        self,
        data: Any,
        *,
        labels_only: bool = False,  # noqa: ARG002 - the script decides what it answers
        **options: Any,
    ) -> pd.DataFrame:
        """Return the answers, a row for each of the data's, in the columns of the settings.

        Args:
            data: n rows, as `predict` takes them.
            labels_only: without effect: the script decides what it answers.
            options: none.
        """
        rows = self._rows(data, options)
        text = io.StringIO()
        csv.writer(text).writerows([self._columns(len(rows[0])), *rows])
        table: pd.DataFrame = pandas().read_csv(
            io.StringIO(text.getvalue()), keep_default_na=False, na_values=[""]
        )
        return table.set_axis(data.index, axis="index") if is_frame(data) else table

    @explained
    def predict_records(
        self,
        data: Any,
        *,
        labels_only: bool = False,  # noqa: ARG002 - as above
        **options: Any,
    ) -> list[dict[str, Any]]:
        """Return the answers as `predict_table` does, one record a row; needs no pandas."""
        rows = self._rows(data, options)
        columns = self._columns(len(rows[0]))
        return [dict(zip(columns, map(_value, row), strict=True)) for row in rows]

    def _rows(self, data: Any, options: dict[str, Any]) -> _Rows:
        refuse("ScriptEndpoint", "predict", options)

        def ask(call: Call, payload: Payload) -> _Rows:
            return [row for part in answer_rows(call, payload, _parsed) for row in part]

        return self._send(ask, self._payload(data), CSV, attributes="")

    def _payload(self, data: Any) -> Payload:
        payload = super()._payload(data) if not is_frame(data) else None
        if payload is not None and payload.content_type == CSV:
            return payload
        frame = data if payload is None else _frame(payload)
        return Payload(csv_records(frame.to_csv(index=False).encode()), CSV)

    def _columns(self, count: int) -> Sequence[str]:
        named = self._named()
        if len(named) == count:
            return named
        return [f"answer_{number}" for number in range(1, count + 1)]

    def _named(self) -> Sequence[str]:
        """Return the columns that the settings of its environment name; none for another's."""
        try:
            predictor = self._connection.deployment.predictor_of(self.endpoint_name)
        except NotFoundError:
            return ()
        if predictor is None:
            return ()
        spec = self._connection.spec(predictor)
        label = spec["init_args"].get("label")
        return (spec.get("script") or {}).get("answers") or ([label] if label else [])


def _parsed(content: bytes) -> _Rows:
    return [row for row in csv.reader(io.StringIO(content.decode())) if row]


def _frame(payload: Payload) -> pd.DataFrame:
    """Return the table of JSON Lines, which Parquet files are sent as otherwise."""
    return pandas().read_json(io.BytesIO(b"".join(payload.records)), lines=True)


def _value(cell: str) -> Any:
    """Return a number where the cell is one, None where it is empty."""
    if cell == "":
        return None
    for kind in (int, float):
        try:
            return kind(cell)
        except ValueError:
            continue
    return cell
