"""Ask an endpoint that serves a person's own script."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autogluon_client.autogluon_cloud_arguments import refuse
from autogluon_client.aws_errors import explained
from autogluon_client.data.frames import is_frame
from autogluon_client.endpoint.payloads import Payload, csv_records
from autogluon_client.endpoint.rows import Call, answer_rows
from autogluon_client.errors import (
    EndpointRequestError,
    InvalidArgumentError,
    InvalidDataError,
    NotFoundError,
    NotSupportedError,
)
from autogluon_client.optional_packages import pandas
from autogluon_client.predictors.tabular.answers import split_answer
from autogluon_client.predictors.tabular.endpoint import TabularEndpoint
from autogluon_contracts.content_types import CSV, JSONL
from autogluon_contracts.data.cell_kinds import are_beyond_64_bits, is_infinite, is_number

if TYPE_CHECKING:
    import pandas as pd

_Rows = list[list[str]]
_BOOLEANS = {"True": True, "False": False}  # as Python and pandas write them


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
                header, or of a JSON or Parquet file.
            labels_only: whether to leave out all columns but the first.
            inference_id: what names the request in captured data; the rows must fit into one.
            options: none; the script's server takes none.

        Raises:
            EndpointRequestError: the script refuses the rows, or answers another number of them.
            InvalidDataError: the data has no rows, or cannot be sent as CSV.
        """
        table: pd.DataFrame = pandas().DataFrame(self._answer_columns(data, options, inference_id))
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
        columns = self._answer_columns(data, options, inference_id)
        names = list(columns)[: 1 if labels_only else None]
        cells = zip(*(columns[name] for name in names), strict=True)
        return [dict(zip(names, row, strict=True)) for row in cells]

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

    def _answer_columns(
        self, data: Any, options: dict[str, Any], inference_id: str | None
    ) -> Mapping[str, Sequence[Any]]:
        """Return the values of the answers, one for each of the data's rows, by column."""
        refuse(type(self).__name__, "predict", options)

        def ask(call: Call, payload: Payload) -> _Rows:
            return [row for part in answer_rows(call, payload, _parsed) for row in part]

        rows = self._send(ask, self._payload(data), CSV, "", inference_id)
        counts = sorted({len(row) for row in rows})
        if len(counts) > 1:
            raise EndpointRequestError(
                f"Endpoint {self.endpoint_name} answered lines of {counts[0]} and of {counts[-1]} "
                "cells.",
                endpoint=self.endpoint_name,
                advice="Let output_fn of the script write the same columns for each row.",
            )
        cells = zip(*rows, strict=True)
        return dict(zip(self._columns(counts[0]), map(_values, cells), strict=True))

    def _payload(self, data: Any) -> Payload:
        payload = super()._payload(data)
        records = payload.records
        if payload.content_type != CSV:  # JSON Lines, which frames and Parquet files become, too
            records = csv_records(_as_csv(records))
        if len(records) < 2:
            raise InvalidDataError(
                "The data has a header but no rows.", advice="Send at least one row."
            )
        return Payload(records, CSV, has_header=True)

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


def _as_csv(lines: Sequence[bytes]) -> bytes:
    """Write records of JSON Lines as CSV with a header; a missing value is an empty cell."""
    rows = [json.loads(line) for line in lines]
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise InvalidDataError(
                f"Row {number} of the data has no names of columns.",
                advice='Send records such as {"age": 39}.',
            )
    text = io.StringIO()
    names = dict.fromkeys(name for row in rows for name in row)
    writer = csv.DictWriter(text, list(names), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _parsed(content: bytes) -> _Rows:
    return [row for row in csv.reader(io.StringIO(content.decode())) if row]


def _values(cells: Sequence[str]) -> list[Any]:
    """Return a column's numbers or booleans where all its cells are some, else its texts.

    An empty cell is None. `01001` is a code, as in training data.
    """
    present = {cell for cell in cells if cell != ""}
    read: Callable[[str], Any] = str
    if present and present <= _BOOLEANS.keys():
        read = _BOOLEANS.__getitem__
    elif all(is_number(cell) or is_infinite(cell) for cell in present):
        is_whole = all(cell.lstrip("+-").isdigit() for cell in present)
        if not are_beyond_64_bits(present):
            read = int if is_whole else float
    return [read(cell) if cell != "" else None for cell in cells]
