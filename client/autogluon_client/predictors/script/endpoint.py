"""Ask an endpoint that serves a person's own script."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autogluon_client.autogluon_cloud_arguments import refuse
from autogluon_client.aws_errors import explained
from autogluon_client.data.frames import is_frame
from autogluon_client.endpoint.payloads import Payload, csv_records
from autogluon_client.endpoint.rows import Call, answer_rows
from autogluon_client.errors import InvalidArgumentError, NotFoundError, NotSupportedError
from autogluon_client.optional_packages import pandas
from autogluon_client.predictors.tabular.answers import split_answer
from autogluon_client.predictors.tabular.endpoint import TabularEndpoint
from autogluon_contracts.content_types import CSV, JSONL

if TYPE_CHECKING:
    import pandas as pd

_Rows = list[list[str]]


class ScriptEndpoint(TabularEndpoint):
    """A handle to an endpoint; creating it makes no request.

    Rows are sent as CSV with a header, and answers are read as CSV without one: a line for each
    row, as SageMaker's scikit-learn image writes them. The columns of answers are those that the
    settings of its environment name.

    Args:
        endpoint_name: name of a SageMaker endpoint that serves a predictor of the type `script`.
        session: a boto3 session. Default: the ambient credentials.
        environment: the environment it belongs to.

    Example:
        >>> endpoint = ScriptEndpoint("autogluon-sandbox-income")
        >>> labels = endpoint.predict("people.csv")  # doctest: +SKIP
    """

    @explained
    def predict_table(
        self,
        data: Any,
        *,
        labels_only: bool = False,
        inference_id: str | None = None,
        **options: Any,
    ) -> pd.DataFrame:
        """Return the answers, a row for each of the data's, in the columns of the settings.

        Args:
            data: n rows: a DataFrame, or the path, s3:// or https:// address of a CSV file with a
                header, or of a Parquet file.
            labels_only: whether to leave out all columns but the first.
            inference_id: what names the request in captured data; the rows must fit into one.
            options: none; the script's server takes none.
        """
        rows = self._rows(data, options, inference_id)
        text = io.StringIO()
        csv.writer(text).writerows([self._columns(len(rows[0])), *rows])
        table: pd.DataFrame = pandas().read_csv(
            io.StringIO(text.getvalue()), keep_default_na=False, na_values=[""]
        )
        if is_frame(data):
            table = table.set_axis(data.index, axis="index")
        return table.iloc[:, :1] if labels_only else table

    @explained
    def predict_records(
        self,
        data: Any,
        *,
        labels_only: bool = False,
        inference_id: str | None = None,
        **options: Any,
    ) -> list[dict[str, Any]]:
        """Return the answers as `predict_table` does, one record a row; needs no pandas."""
        rows = self._rows(data, options, inference_id)
        columns = self._columns(len(rows[0]))
        shown = 1 if labels_only else len(columns)
        return [dict(zip(columns[:shown], map(_value, row[:shown]), strict=True)) for row in rows]

    def explain(self, data: Any, *, model: str | None = None) -> pd.DataFrame:
        """Refuse: a script has no contributions.

        Raises:
            NotSupportedError: always.
        """
        del data, model
        raise NotSupportedError(
            f"{type(self).__name__} has no contributions.",
            argument="explain",
            advice="Predict without them.",
        )

    def _predict(
        self, data: Any, accept: str, options: dict[str, Any], inference_id: str | None
    ) -> Any:
        if accept not in (JSONL, CSV):  # the first is the default of all types
            raise InvalidArgumentError(
                f"accept: got {accept!r}; allowed: {CSV!r}, which scripts are asked for.",
                argument="accept",
            )
        return split_answer(self.predict_table(data, inference_id=inference_id, **options))

    def _rows(self, data: Any, options: dict[str, Any], inference_id: str | None) -> _Rows:
        refuse("ScriptEndpoint", "predict", options)

        def ask(call: Call, payload: Payload) -> _Rows:
            return [row for part in answer_rows(call, payload, _parsed) for row in part]

        return self._send(ask, self._payload(data), CSV, "", inference_id)

    def _payload(self, data: Any) -> Payload:
        if is_frame(data):
            frame = data
        else:
            payload = super()._payload(data)
            if payload.content_type == CSV:
                return payload
            # JSON Lines, which Parquet files become, too.
            frame = pandas().read_json(io.BytesIO(b"".join(payload.records)), lines=True)
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
