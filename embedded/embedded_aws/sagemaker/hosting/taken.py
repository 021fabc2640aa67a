"""What has been taken to answer one request, on an instance or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from embedded_aws.sagemaker.container.answer import Answer
from embedded_aws.sagemaker.hosting.invocation_metrics import Values


class Taken(Protocol):
    """A part of a variant that answers one request; an update waits until it is released."""

    def received(self) -> Values:
        """Return what the request counts for as soon as it is there."""

    def prepare(self) -> None:
        """Wait until a container can answer.

        Raises:
            NoAnswerError: none can.
        """

    def invoke(
        self, body: bytes, headers: Mapping[str, str | None], timeout_seconds: float
    ) -> Answer:
        """Return the container's answer.

        Raises:
            NoAnswerError: there is none, or it takes too long.
        """

    def release(self) -> None:
        """Say that the request is answered."""

    def answered(self, status: int, model_seconds: float, overhead_seconds: float) -> Values:
        """Return what the answered request counts for."""
