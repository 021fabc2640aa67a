"""Sample requests, and write them to S3 with the role of the endpoint's model.

Records are written together: one file for what came within a second, by endpoint, variant and hour.
SageMaker collects them for longer.
"""

from __future__ import annotations

import random
import threading
import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from embedded_aws.gateway import ApiError
from embedded_aws.sagemaker.hosting.capture.record import Body, record_line
from embedded_aws.sagemaker.hosting.capture.settings import CaptureSettings
from embedded_aws.sagemaker.hosting.endpoint import Endpoint
from embedded_aws.sagemaker.hosting.variant import Variant
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import now

_COLLECT_SECONDS = 1.0


@dataclass(frozen=True)
class _Place:
    """Where records go, and as whom."""

    region: str
    endpoint: str
    endpoint_arn: str
    variant: str
    role_arn: str
    settings: CaptureSettings
    hour: str


class CaptureWriter:
    """Collects sampled requests and writes them in the background."""

    def __init__(self, service: SageMaker) -> None:
        self._service = service
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._waiting: dict[_Place, list[tuple[datetime, str]]] = defaultdict(list)
        self._being_written: tuple[_Place, ...] = ()
        self._runs = False
        service.runtime.on_close.append(self._write_all)
        service.runtime.kept.activities.append(self._unwritten)

    def capture(
        self,
        settings: CaptureSettings,
        region: str,
        endpoint: Endpoint,
        variant: Variant,
        sent: Body,
        answered: Body,
        inference_id: str | None,
    ) -> None:
        """Keep a request and its answer, if the sampling says so."""
        if random.random() * 100 >= settings.percentage:  # noqa: S311 - no secret
            return
        moment = now()
        line = record_line(settings, sent, answered, inference_id=inference_id, moment=moment)
        place = _Place(
            region=region,
            endpoint=endpoint.name,
            endpoint_arn=endpoint.arn,
            variant=variant.name,
            role_arn=variant.role_arn,
            settings=settings,
            hour=moment.strftime("%Y/%m/%d/%H"),
        )
        with self._lock:
            self._waiting[place].append((moment, line))
            if not self._runs:
                self._runs = True
                self._service.start("data-capture", self._run)

    def _run(self) -> None:
        while not self._service.closing.wait(_COLLECT_SECONDS):
            self._write_all()

    def _write_all(self) -> None:
        with self._writing:  # what is being written is there when the embedded AWS ends
            with self._lock:
                waiting, self._waiting = self._waiting, defaultdict(list)
                self._being_written = tuple(waiting)
            for place, records in waiting.items():
                self._write(place, records)
            self._being_written = ()

    def _unwritten(self) -> list[str]:
        """Return whose records are not yet in S3; a saved state would lack them."""
        with self._lock:
            places = (*self._waiting, *self._being_written)
        return sorted({f"data-capture/{place.endpoint}" for place in places})

    def _write(self, place: _Place, records: list[tuple[datetime, str]]) -> None:
        bucket, _, prefix = place.settings.destination.removeprefix("s3://").partition("/")
        first = records[0][0]
        name = f"{first:%M-%S}-{first.microsecond // 1000:03}-{uuid.uuid4()}.jsonl"
        parts = (prefix, place.endpoint, place.variant, place.hour, name)
        encrypted = (
            {}
            if place.settings.key_arn is None
            else {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": place.settings.key_arn}
        )
        try:
            credentials = self._service.assume(place.role_arn, place.endpoint, place.endpoint_arn)
            self._service.runtime.client("s3", credentials, place.region).put_object(
                Bucket=bucket,
                Key="/".join(part for part in parts if part),
                Body="".join(f"{line}\n" for _, line in records).encode(),
                **encrypted,
            )
        except (ApiError, ClientError, BotoCoreError) as error:
            reason = getattr(error, "message", str(error))
            self._service.say_once(
                f"endpoint {place.endpoint}: captured data cannot be written to "
                f"{place.settings.destination}: {reason}"
            )
