"""A container's answer to one request, or the lack of one."""

from __future__ import annotations

from dataclasses import dataclass

from embedded_aws.sagemaker.container.served_model import PRIMARY


@dataclass(frozen=True)
class Answer:
    """A container's response to one invocation; `container` is the hostname of that container."""

    status: int
    content_type: str
    body: bytes
    custom_attributes: str | None
    container: str = PRIMARY

    @property
    def is_good(self) -> bool:
        """Return whether the container did what it was asked for."""
        return 200 <= self.status < 300


class NoAnswerError(Exception):
    """The container closed the connection, or took longer than allowed."""

    container: str = PRIMARY
    """The hostname of the container."""
