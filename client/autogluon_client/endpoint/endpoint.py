"""A deployed endpoint: ask it for predictions, however many rows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from botocore.exceptions import ClientError

from autogluon_client.autogluon_cloud_arguments import refuse
from autogluon_client.aws_errors import explained
from autogluon_client.data.answers import parse_answer, split_answer
from autogluon_client.data.frames import is_frame
from autogluon_client.data.storage import local_copy
from autogluon_client.data.uploads import local_file
from autogluon_client.endpoint.inference_arguments import custom_attributes
from autogluon_client.endpoint.payloads import (
    JSON_LINES,
    MOST_ROWS,
    Payload,
    payload_of_file,
    payload_of_frame,
    pieces,
)
from autogluon_client.environment.connection import Connection
from autogluon_client.errors import (
    EndpointOffError,
    EndpointRequestError,
    InvalidArgumentError,
)
from autogluon_client.executions.progress import Progress
from autogluon_client.optional_packages import pandas
from autogluon_client.workflows.promote import take_out_of_service

if TYPE_CHECKING:
    import pandas as pd

# The first answer tells how many bytes a row's answer has, and so how many rows go together.
_FIRST_ROWS = 5_000
_LARGEST_ANSWER_BYTES = 5_000_000
_SENTENCE_OF_MESSAGE = re.compile(r'with message "(?P<text>.*)"\. See ', re.DOTALL)


@dataclass(frozen=True)
class _Call:
    """What all requests of one call have in common."""

    accept: str
    attributes: str


class TabularEndpoint:
    """A handle to an endpoint; making one asks AWS nothing.

    Args:
        endpoint_name: name of a SageMaker endpoint that serves a tabular predictor.
        session: a boto3 session; the ambient credentials when absent.
        environment: the environment it belongs to; only `delete_endpoint` needs it.
        on_rows: told after each request how many rows are answered, and of how many.
    """

    def __init__(
        self,
        endpoint_name: str,
        session: Any = None,
        *,
        environment: str | None = None,
        on_rows: Callable[[int, int], None] = lambda _answered, _all: None,
    ) -> None:
        self._name = endpoint_name
        self._connection = Connection(environment, session)
        self._progress = Progress(verbosity=0)
        self._on_rows = on_rows

    @classmethod
    def of(cls, connection: Connection, endpoint_name: str, progress: Progress) -> Self:
        """A handle that shares a connection, and prints what it waits for."""
        endpoint = cls(endpoint_name)
        endpoint._connection, endpoint._progress = connection, progress
        return endpoint

    @property
    def endpoint_name(self) -> str:
        """Name of the SageMaker endpoint."""
        return self._name

    def __str__(self) -> str:
        return self._name

    def __repr__(self) -> str:
        return f"TabularEndpoint({self._name!r})"

    @explained
    def status(self) -> str:
        """SageMaker's EndpointStatus, such as `InService`.

        Raises:
            EndpointOffError: there is no such endpoint.
        """
        try:
            answer = self._connection.client("sagemaker").describe_endpoint(EndpointName=self._name)
        except ClientError as error:
            raise _off(self._name, error) or error from error
        return str(answer["EndpointStatus"])

    def predict(
        self,
        data: Any,
        train_data: Any = None,
        label: str | None = None,
        *,
        accept: str = JSON_LINES,
        **options: Any,
    ) -> pd.Series:
        """Predict labels.

        Args:
            data: n rows: a DataFrame, or the path, s3:// or https:// address of a CSV (with or
                without a header), JSON Lines or Parquet file. The label column may be there.
            train_data: None; AutoGluon Cloud's foundation models take it.
            label: None, likewise.
            accept: format of the answers on the wire; the result is the same.
            options: `model` (the name of one of the artifact's models) and `decision_threshold` (0
                to 1, binary classification), by themselves or in `inference_kwargs`.

        Returns:
            A Series, n long, named as the label, with the DataFrame's index; of a predictor of
            quantiles a DataFrame, n rows and one column per level.

        Raises:
            EndpointOffError: the endpoint does not exist or does not answer.
            EndpointRequestError: the model refuses a row or an option; the sentence says why.
            InvalidDataError: the data cannot be sent.
            InvalidArgumentError, NotSupportedError: an option's value, or an unknown option.
        """
        refuse("predict", {"train_data": train_data, "label": label})
        return self._predict(data, accept, options)[0]

    def predict_proba(
        self,
        data: Any,
        train_data: Any = None,
        label: str | None = None,
        *,
        include_predict: bool = True,
        accept: str = JSON_LINES,
        **options: Any,
    ) -> Any:
        """Predict class probabilities; arguments and errors as `predict`.

        Returns:
            A DataFrame, n rows and one column per class; for regression and quantiles what
            `predict` returns. With `include_predict` the tuple (labels, probabilities).
        """
        refuse("predict_proba", {"train_data": train_data, "label": label})
        labels, probabilities = self._predict(data, accept, options)
        return (labels, probabilities) if include_predict else probabilities

    @explained
    def delete_endpoint(self) -> None:
        """Take the endpoint's predictor out of service, by its Promote state machine.

        Raises:
            InvalidArgumentError: no predictor of the environment owns this endpoint.
        """
        predictor = self._connection.deployment.predictor_of(self._name)
        if predictor is None:
            raise InvalidArgumentError(
                f"The endpoint {self._name!r} is none of environment "
                f"{self._connection.environment!r}'s; delete it where it was made: `aws sagemaker "
                f"delete-endpoint --endpoint-name {self._name}`."
            )
        take_out_of_service(self._connection, predictor, self._progress)

    @explained
    def _predict(self, data: Any, accept: str, options: dict[str, Any]) -> Any:
        call = _Call(accept, custom_attributes(options))
        if is_frame(data):
            return split_answer(self._answers(payload_of_frame(data), call), data.index)
        with (
            local_copy(self._connection.client("s3"), data)
            if str(data).startswith("s3://")
            else local_file("test_data", data)
        ) as path:
            payload = payload_of_file(path)
        return split_answer(self._answers(payload, call))

    def _answers(self, payload: Payload, call: _Call) -> pd.DataFrame:
        """The answers to all records, in their order."""
        body, count = next(pieces(payload.records, most_rows=_FIRST_ROWS))
        content = self._invoke(body, payload.content_type, call)
        first = parse_answer(content, call.accept)
        header = _header(payload, first, count, self._name)
        tables = [first]
        rest = payload.records[count:]
        answered, total = len(first), len(first) + len(rest)
        self._on_rows(answered, total)
        per_row = max(1, len(content) // max(1, len(first)))
        most_rows = max(1, min(MOST_ROWS, _LARGEST_ANSWER_BYTES // per_row))
        for body, rows in pieces(rest, prefix=header, most_rows=most_rows):
            table = parse_answer(self._invoke(body, payload.content_type, call), call.accept)
            _require_rows(table, rows, self._name)
            tables.append(table)
            answered += rows
            self._on_rows(answered, total)
        return tables[0] if len(tables) == 1 else pandas().concat(tables, ignore_index=True)

    def _invoke(self, body: bytes, content_type: str, call: _Call) -> bytes:
        runtime = self._connection.client("sagemaker-runtime")
        optional = {"CustomAttributes": call.attributes} if call.attributes else {}
        try:
            answer = runtime.invoke_endpoint(
                EndpointName=self._name,
                ContentType=content_type,
                Accept=call.accept,
                Body=body,
                **optional,
            )
        except runtime.exceptions.ModelError as error:
            raise _refused(self._name, error) from error
        except ClientError as error:
            raise _off(self._name, error) or error from error
        content: bytes = answer["Body"].read()
        return content


def _header(payload: Payload, first: Sequence[Any], count: int, endpoint: str) -> bytes:
    """The CSV header, if the model took the first record for one: it is not answered."""
    if payload.may_have_header and len(first) == count - 1:
        return payload.records[0]
    _require_rows(first, count, endpoint)
    return b""


def _require_rows(table: Sequence[Any], rows: int, endpoint: str) -> None:
    if len(table) != rows:
        raise EndpointRequestError(
            f"The endpoint {endpoint} answered {len(table):,} rows to {rows:,}; is it one of an "
            "AutoGluon predictor? See its log group /aws/sagemaker/Endpoints/" + endpoint + "."
        )


def _refused(endpoint: str, error: ClientError) -> EndpointRequestError:
    # The container's sentences say what is allowed; those of a fault cannot.
    sentence = f"The endpoint {endpoint} refused the request: {_container_sentence(error.response)}"
    if error.response.get("OriginalStatusCode", 0) >= 500:
        sentence = f"{sentence.rstrip('.')}; see its log group /aws/sagemaker/Endpoints/{endpoint}."
    return EndpointRequestError(sentence)


def _container_sentence(response: Mapping[str, Any]) -> str:
    """What the container said, without SageMaker's words around it."""
    message = str(response["Error"]["Message"])
    found = _SENTENCE_OF_MESSAGE.search(message)
    text = str(response.get("OriginalMessage") or (found["text"] if found else message))
    try:
        return str(json.loads(text)["detail"])
    except (ValueError, TypeError, KeyError):
        return text


def _off(endpoint: str, error: ClientError) -> EndpointOffError | None:
    details = error.response["Error"]
    if details["Code"] == "ValidationError" or "Could not find" in str(details["Message"]):
        return EndpointOffError(
            f"There is no endpoint {endpoint} in service ({str(details['Message']).rstrip('.')}); "
            "call deploy(), or wait until one that is being deployed is InService."
        )
    return None
