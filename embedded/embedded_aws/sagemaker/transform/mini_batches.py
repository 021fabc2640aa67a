"""Split an input object into requests and assemble the answers, as Batch Transform does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

from embedded_aws.sagemaker.errors import JobError

BYTES_PER_MB = 1 << 20


def split(
    stream: IO[bytes], *, by_line: bool, single_record: bool, max_bytes: int
) -> Iterator[bytes]:
    """Yield the request bodies of one object, in its order.

    Lines are cut at every newline, quoted or not, as SageMaker does; a header is an ordinary
    first line, so only the first request holds it.

    Args:
        by_line: SplitType Line; else the whole object is one request.
        single_record: BatchStrategy SingleRecord: one line a request.
        max_bytes: MaxPayloadInMB.

    Raises:
        JobError: a line, or an unsplit object, is larger than `max_bytes`.
    """
    if not by_line:
        yield _checked(stream.read(max_bytes + 1), "the object", max_bytes)
        return
    pending: list[bytes] = []
    size = 0
    for number, line in enumerate(stream, start=1):
        _checked(line, f"line {number}", max_bytes)
        if pending and (single_record or size + len(line) > max_bytes):
            yield b"".join(pending)
            pending, size = [], 0
        pending.append(line)
        size += len(line)
    if pending:
        yield b"".join(pending)


def assemble(answers: Iterable[bytes], target: IO[bytes], *, by_line: bool) -> None:
    """Write the answers one after the other; by line, each ends with a newline."""
    for answer in answers:
        target.write(answer)
        if by_line and not answer.endswith(b"\n"):
            target.write(b"\n")


def _checked(body: bytes, what: str, max_bytes: int) -> bytes:
    if len(body) > max_bytes:
        raise JobError(
            f"ClientError: {what} is larger than MaxPayloadInMB "
            f"({max_bytes / BYTES_PER_MB:g} MB). Raise MaxPayloadInMB or split by line."
        )
    return body
