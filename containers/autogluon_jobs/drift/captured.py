"""Read the records of SageMaker's data capture.

Their format is SageMaker's (guide, "Capture data from real-time endpoint"): JSON Lines, each with
`captureData.endpointInput` and `.endpointOutput` (`observedContentType`, `data`, `encoding`) and
`eventMetadata` (`inferenceId`, `inferenceTime`).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autogluon_contracts.content_types import media_type
from autogluon_jobs.messages.errors import InputError


@dataclass(frozen=True)
class Payload:
    """A captured body."""

    content_type: str
    body: str | bytes


@dataclass(frozen=True)
class Captured:
    """One request and, where they were captured, its rows and its answer."""

    inference_id: str | None
    input: Payload | None
    output: Payload | None


def captured_requests(folder: Path, start: str, end: str) -> Iterator[Captured]:
    """Yield the requests from `start` up to, but not including, `end`, in the order of their files.

    Raises:
        InputError: a file that data capture did not write, by its name.
    """
    for path in sorted(folder.rglob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    record = json.loads(line)
                    event = record["eventMetadata"]
                    # Both have one format, which sorts by time.
                    if start <= event["inferenceTime"] < end:
                        yield _request(record["captureData"], event)
                except (ValueError, KeyError, TypeError) as error:
                    raise InputError(
                        f"{path.name}, line {number}: not a record of SageMaker's data capture "
                        f"({type(error).__name__}).",
                        advice="Keep other files out of the predictor's folder `captured`.",
                    ) from error


def _request(data: Mapping[str, Any], event: Mapping[str, Any]) -> Captured:
    return Captured(
        inference_id=event.get("inferenceId"),
        input=_payload(data.get("endpointInput")),
        output=_payload(data.get("endpointOutput")),
    )


def _payload(part: Mapping[str, Any] | None) -> Payload | None:
    if part is None:
        return None
    body = part["data"]
    return Payload(
        content_type=media_type(part.get("observedContentType") or ""),
        body=base64.b64decode(body) if part["encoding"] == "BASE64" else body,
    )
