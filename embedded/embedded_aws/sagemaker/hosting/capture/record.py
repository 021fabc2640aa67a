"""Write one captured request as SageMaker does (guide, "Capture data from real-time endpoint")."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from embedded_aws.sagemaker.hosting.capture.settings import CaptureSettings

_VERSION = "0"


@dataclass(frozen=True)
class Body:
    """A request's or an answer's body with its Content-Type header."""

    content: bytes
    content_type: str | None


def record_line(
    settings: CaptureSettings,
    sent: Body,
    answered: Body,
    *,
    inference_id: str | None,
    moment: datetime,
) -> str:
    """Return the line of a capture file, without a line feed."""
    data: dict[str, Any] = {}
    if settings.inputs:
        data["endpointInput"] = _part(settings, sent, "INPUT")
    if settings.outputs:
        data["endpointOutput"] = _part(settings, answered, "OUTPUT")
    event = {"eventId": str(uuid.uuid4()), "inferenceTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}
    if inference_id is not None:
        event["inferenceId"] = inference_id
    record = {"captureData": data, "eventMetadata": event, "eventVersion": _VERSION}
    return json.dumps(record, ensure_ascii=False)


def _part(settings: CaptureSettings, body: Body, mode: str) -> dict[str, Any]:
    encoding, data = _encoded(settings, body)
    return {
        "observedContentType": body.content_type or "",
        "mode": mode,
        "data": data,
        "encoding": encoding,
    }


def _encoded(settings: CaptureSettings, body: Body) -> tuple[str, str]:
    media_type = (body.content_type or "").split(";")[0].strip().lower()
    known = (("CSV", settings.csv_types), ("JSON", settings.json_types))
    for encoding, types in known:
        if media_type in types:
            try:
                return encoding, body.content.decode("utf-8")
            except UnicodeDecodeError:
                break
    return "BASE64", base64.b64encode(body.content).decode("ascii")
