"""Send rows to an endpoint in as many requests as its limits need, and join the answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from autogluon_client.data.answers import parse_answer
from autogluon_client.endpoint.payloads import LARGEST_BYTES, MOST_ROWS, Payload, pieces
from autogluon_client.errors import EndpointOffError, EndpointRequestError, InvalidDataError
from autogluon_client.optional_packages import pandas

if TYPE_CHECKING:
    import pandas as pd

# The first answer tells how many bytes a row's answer has, and so how many rows fit one request.
_FIRST_ROWS = 5_000
_LARGEST_ANSWER_BYTES = 5_000_000
_SENTENCE_OF_MESSAGE = re.compile(r'with message "(?P<text>.*)"\. See ', re.DOTALL)


@dataclass(frozen=True)
class Call:
    """What all requests of one call have in common.

    Attributes:
        runtime: boto3's client of SageMaker Runtime.
        accept: media type of the answers.
        attributes: the custom attributes; empty for none.
        on_rows: called after each request with the rows answered and their total.
    """

    runtime: Any
    endpoint: str
    accept: str
    attributes: str
    on_rows: Callable[[int, int], None]


def answer_rows(call: Call, payload: Payload) -> pd.DataFrame:
    """Return the answers to all records, in their order.

    Raises:
        EndpointOffError: the endpoint does not exist or does not answer.
        EndpointRequestError: it refuses a row, or answers another number of rows.
    """
    body, count = next(pieces(payload.records, most_rows=_FIRST_ROWS))
    content = _invoke(call, body, payload.content_type)
    first = parse_answer(content, call.accept)
    header = _header(payload, first, count, call.endpoint)
    tables = [first]
    rest = payload.records[count:]
    answered, total = len(first), len(first) + len(rest)
    call.on_rows(answered, total)
    per_row = max(1, len(content) // max(1, len(first)))
    most_rows = max(1, min(MOST_ROWS, _LARGEST_ANSWER_BYTES // per_row))
    for body, rows in pieces(rest, prefix=header, most_rows=most_rows):
        table = parse_answer(_invoke(call, body, payload.content_type), call.accept)
        _require_rows(table, rows, call.endpoint)
        tables.append(table)
        answered += rows
        call.on_rows(answered, total)
    return tables[0] if len(tables) == 1 else pandas().concat(tables, ignore_index=True)


def answer_together(call: Call, payload: Payload) -> pd.DataFrame:
    """Return the answer to all records in one request, because they depend on each other.

    Raises:
        InvalidDataError: they are too large for a request.
        EndpointOffError, EndpointRequestError: as `answer_rows`.
    """
    body = b"".join(payload.records)
    if len(body) > LARGEST_BYTES:
        raise InvalidDataError(
            f"The data has {len(body):,} bytes, and an endpoint takes at most {LARGEST_BYTES:,} in "
            "a request.",
            advice="Send fewer series or a shorter history, or predict them in a batch.",
        )
    table = parse_answer(_invoke(call, body, payload.content_type), call.accept)
    call.on_rows(len(table), len(table))
    return table


def endpoint_off(endpoint: str, error: ClientError) -> EndpointOffError | None:
    """Return the error for an endpoint that is not in service, if that is what AWS answered."""
    details = error.response["Error"]
    if details["Code"] == "ValidationError" or "Could not find" in str(details["Message"]):
        return EndpointOffError(
            f"Endpoint {endpoint} is not in service ({str(details['Message']).rstrip('.')}).",
            advice="Call deploy(), or wait until the endpoint is InService.",
        )
    return None


def _invoke(call: Call, body: bytes, content_type: str) -> bytes:
    optional = {"CustomAttributes": call.attributes} if call.attributes else {}
    try:
        answer = call.runtime.invoke_endpoint(
            EndpointName=call.endpoint,
            ContentType=content_type,
            Accept=call.accept,
            Body=body,
            **optional,
        )
    except call.runtime.exceptions.ModelError as error:
        raise _refused(call.endpoint, error) from error
    except ClientError as error:
        raise endpoint_off(call.endpoint, error) or error from error
    content: bytes = answer["Body"].read()
    return content


def _header(payload: Payload, first: Sequence[Any], count: int, endpoint: str) -> bytes:
    """Return the CSV header, if the model read the first record as one: it has no answer."""
    if payload.may_have_header and len(first) == count - 1:
        return payload.records[0]
    _require_rows(first, count, endpoint)
    return b""


def _require_rows(table: Sequence[Any], rows: int, endpoint: str) -> None:
    if len(table) != rows:
        raise EndpointRequestError(
            f"Endpoint {endpoint} answered {len(table):,} rows to {rows:,}.",
            endpoint=endpoint,
            advice="Check that it serves an AutoGluon predictor, and see its log group "
            f"/aws/sagemaker/Endpoints/{endpoint}.",
        )


def _refused(endpoint: str, error: ClientError) -> EndpointRequestError:
    is_fault = error.response.get("OriginalStatusCode", 0) >= 500
    told = _told_by_container(error.response)
    return EndpointRequestError(
        f"Endpoint {endpoint} refused the request: {told.pop('detail')}",
        endpoint=endpoint,
        facts=told,
        # The container's sentence says what is allowed; that of a fault cannot.
        advice=f"See its log group /aws/sagemaker/Endpoints/{endpoint}." if is_fault else "",
    )


def _told_by_container(response: Mapping[str, Any]) -> dict[str, Any]:
    """Return the container's answer: the sentence in `detail`, and what it tells programs."""
    message = str(response["Error"]["Message"])
    found = _SENTENCE_OF_MESSAGE.search(message)
    text = str(response.get("OriginalMessage") or (found["text"] if found else message))
    try:
        document = json.loads(text)
        return {**document, "detail": str(document["detail"])}
    except (ValueError, TypeError, KeyError):
        return {"detail": text}
