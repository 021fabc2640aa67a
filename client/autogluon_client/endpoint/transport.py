"""Define how requests reach an endpoint and answers come back, whatever its mode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from botocore.exceptions import ClientError

from autogluon_client.errors import EndpointOffError


@dataclass(frozen=True)
class Limits:
    """What one request may be.

    Attributes:
        request_bytes: of its body.
        answer_bytes: of its answer.
        rows: in one request.
        first_rows: in the first one, which tells how many bytes a row's answer has.
    """

    request_bytes: int
    answer_bytes: int
    rows: int
    first_rows: int


@dataclass(frozen=True)
class Request:
    """One request. `attributes` are the custom attributes, `inference_id` names it; empty: none."""

    body: bytes
    content_type: str
    accept: str
    attributes: str
    inference_id: str = ""

    def members(self) -> dict[str, str]:
        """Return the members that all of SageMaker's calls of endpoints have."""
        optional = {"CustomAttributes": self.attributes, "InferenceId": self.inference_id}
        given = {name: value for name, value in optional.items() if value}
        return {"ContentType": self.content_type, "Accept": self.accept, **given}


@dataclass(frozen=True)
class Reply:
    """The answer to one request, and what the endpoint says about it; empty where it says nothing.

    Asynchronous endpoints store the answer alone.
    """

    content: bytes
    attributes: str = ""
    variant: str = ""
    content_type: str = ""


class Transport(Protocol):
    """A way to one endpoint."""

    @property
    def endpoint(self) -> str:
        """Return the endpoint's name."""

    @property
    def log_group(self) -> str:
        """Return where its containers log."""

    @property
    def limits(self) -> Limits:
        """Return what one request may be."""

    def send(self, request: Request) -> Reply:
        """Return the answer.

        Raises:
            EndpointOffError: the endpoint does not exist or does not answer.
            EndpointRequestError: it refuses the request.
        """


def endpoint_off(endpoint: str, error: ClientError) -> EndpointOffError | None:
    """Return the error for an endpoint that is not in service, if that is what AWS answered."""
    details = error.response["Error"]
    if details["Code"] == "ValidationError" or "Could not find" in str(details["Message"]):
        return EndpointOffError(
            f"Endpoint {endpoint} is not in service ({str(details['Message']).rstrip('.')}).",
            advice="Call deploy(), or wait until the endpoint is InService.",
        )
    return None
