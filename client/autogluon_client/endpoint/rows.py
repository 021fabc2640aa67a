"""Send rows to an endpoint in as many requests as its limits need, and join the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sized
from dataclasses import dataclass, field
from typing import TypeVar

from autogluon_client.endpoint.payloads import Payload, pieces
from autogluon_client.endpoint.transport import Request, Transport
from autogluon_client.errors import EndpointRequestError, InvalidArgumentError, InvalidDataError
from autogluon_contracts.answer_attributes import AnswerAttributes, UnknownCategories, added

Part = TypeVar("Part", bound=Sized)


@dataclass(frozen=True)
class Call:
    """What all requests of one call have in common.

    Attributes:
        transport: the way to the endpoint.
        accept: media type of the answers.
        attributes: the custom attributes; empty for none.
        on_rows: called after each request with the rows answered and their total.
        inference_id: what names the only request; empty for none.
        told: what the endpoint said about each answer so far.
        answered_by: how many requests each variant has answered so far.
    """

    transport: Transport
    accept: str
    attributes: str
    on_rows: Callable[[int, int], None]
    inference_id: str = ""
    told: list[AnswerAttributes] = field(default_factory=list)
    answered_by: Counter[str] = field(default_factory=Counter)

    @property
    def endpoint(self) -> str:
        """Return the endpoint's name."""
        return self.transport.endpoint

    @property
    def log_group(self) -> str:
        """Return where the endpoint's containers log."""
        return self.transport.log_group

    def send(self, body: bytes, content_type: str) -> bytes:
        """Return the answer to a body; errors are those of `Transport`."""
        reply = self.transport.send(
            Request(body, content_type, self.accept, self.attributes, self.inference_id)
        )
        self.told.append(AnswerAttributes.from_text(reply.attributes))
        if reply.variant:
            self.answered_by[reply.variant] += 1
        return reply.content

    def unknown_categories(self) -> UnknownCategories:
        """Return how many cells of all requests held categories that training did not see."""
        return added(part.unknown for part in self.told if part.unknown is not None)


def answer_rows(call: Call, payload: Payload, parse: Callable[[bytes], Part]) -> list[Part]:
    """Return the answers to all records, in their order: what `parse` makes of each request's.

    Raises:
        EndpointOffError: the endpoint does not exist or does not answer.
        EndpointRequestError: it refuses a row, or answers another number of rows.
        InvalidArgumentError: an inference id is given, and the rows take several requests.
    """
    limits = call.transport.limits
    largest = limits.request_bytes
    body, count = next(pieces(payload.records, most_rows=limits.first_rows, largest_bytes=largest))
    if call.inference_id and count < len(payload.records):
        raise InvalidArgumentError(
            f"The data takes several requests, and {call.inference_id!r} can name only one.",
            argument="inference_id",
            advice=f"Send at most {count:,} rows at once, each time with an id of their own.",
        )
    content = call.send(body, payload.content_type)
    first = parse(content)
    header = _header(payload, first, count, call)
    parts = [first]
    rest = payload.records[count:]
    answered, total = len(first), len(first) + len(rest)
    call.on_rows(answered, total)
    per_row = max(1, len(content) // max(1, len(first)))
    most_rows = max(1, min(limits.rows, limits.answer_bytes // per_row))
    for body, rows in pieces(rest, prefix=header, most_rows=most_rows, largest_bytes=largest):
        part = parse(call.send(body, payload.content_type))
        _require_rows(part, rows, call)
        parts.append(part)
        answered += rows
        call.on_rows(answered, total)
    return parts


def answer_together(call: Call, payload: Payload, parse: Callable[[bytes], Part]) -> Part:
    """Return the parsed answer to all records in one request: they depend on each other.

    Raises:
        InvalidDataError: they are too large for a request.
        EndpointOffError, EndpointRequestError: as `answer_rows`.
    """
    body = b"".join(payload.records)
    largest = call.transport.limits.request_bytes
    if len(body) > largest:
        raise InvalidDataError(
            f"The data has {len(body):,} bytes, and an endpoint takes at most {largest:,} in "
            "a request.",
            advice="Send fewer series or a shorter history, or predict them in a batch.",
        )
    answer = parse(call.send(body, payload.content_type))
    call.on_rows(len(answer), len(answer))
    return answer


def _header(payload: Payload, first: Sized, count: int, call: Call) -> bytes:
    """Return the CSV header, if the model read the first record as one: it has no answer."""
    if payload.has_header:
        _require_rows(first, count - 1, call)
        return payload.records[0]
    if payload.may_have_header and len(first) == count - 1:
        return payload.records[0]
    _require_rows(first, count, call)
    return b""


def _require_rows(part: Sized, rows: int, call: Call) -> None:
    if len(part) != rows:
        raise EndpointRequestError(
            f"Endpoint {call.endpoint} answered {len(part):,} rows to {rows:,}.",
            endpoint=call.endpoint,
            advice="Check that what it serves answers each row once, and see its log group "
            f"{call.log_group}.",
        )
