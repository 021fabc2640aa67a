"""Ask any endpoint of the account, whatever serves it, with serializers of one's choice."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Protocol

from autogluon_client.aws_errors import explained
from autogluon_client.endpoint.real_time import RealTime
from autogluon_client.endpoint.transport import Request
from autogluon_client.environment.connection import Connection
from autogluon_client.errors import InvalidArgumentError
from autogluon_client.executions.progress import Progress


class Serializer(Protocol):
    """Turns data into a request's body, as the serializers of SageMaker's Python SDK do."""

    @property
    def CONTENT_TYPE(self) -> str:  # noqa: N802 - the SDK's name
        """Return the body's media type."""

    def serialize(self, data: Any) -> Any:
        """Return the body: bytes or text."""


class Deserializer(Protocol):
    """Turns an answer into data, as the deserializers of SageMaker's Python SDK do."""

    @property
    def ACCEPT(self) -> Sequence[str]:  # noqa: N802 - the SDK's name
        """Return the media types that it reads, the preferred one first."""

    def deserialize(self, stream: Any, content_type: str) -> Any:
        """Return what a binary stream of this media type holds; it may close the stream."""


class AnyEndpoint:
    """A handle to an endpoint that answers at once; creating it makes no request.

    Args:
        endpoint_name: the endpoint's name; it need not be one of an environment's.
        serializer: writes requests. Default: data are bytes or text already.
        deserializer: reads answers. Default: the answer's bytes.
        content_type: of requests without a serializer.
        accept: of answers without a deserializer.
        session: a boto3 session. Default: the ambient credentials.
        variant: which of the endpoint's variants answers; `main` is the one that SageMaker calls
            `AllTraffic`. Default: SageMaker chooses.
        target_container: the hostname of the container that answers, where the endpoint's pipeline
            lets callers choose. Default: none is named.

    Example:
        >>> endpoint = AnyEndpoint("somebody-elses", content_type="text/csv", accept="text/csv")
        >>> endpoint.predict("39,State-gov")  # doctest: +SKIP
        b'<=50K'
    """

    def __init__(
        self,
        endpoint_name: str,
        *,
        serializer: Serializer | None = None,
        deserializer: Deserializer | None = None,
        content_type: str | None = None,
        accept: str | None = None,
        session: Any = None,
        variant: str | None = None,
        target_container: str | None = None,
    ) -> None:
        for given, name in ((content_type, "content_type"), (accept, "accept")):
            beside = serializer if name == "content_type" else deserializer
            if given is not None and beside is not None:
                raise InvalidArgumentError(
                    f"{name}: got {given!r} beside {type(beside).__name__}, which has one of its "
                    "own.",
                    argument=name,
                    advice="Leave one of them out.",
                )
        self.endpoint_name = endpoint_name
        self._serializer, self._deserializer = serializer, deserializer
        self._content_type = content_type or "application/octet-stream"
        self._accept = accept or "*/*"
        self._connection = Connection(None, session)
        self._variant = variant
        self._container = target_container

    @explained
    def predict(self, data: Any, *, inference_id: str = "", attributes: str = "") -> Any:
        """Return the answer to one request.

        Args:
            data: what the serializer takes; without one, bytes or text.
            inference_id: what names the request in captured data; empty: nothing.
            attributes: the request's `CustomAttributes`; empty: none.

        Raises:
            EndpointOffError: the endpoint does not exist or does not answer.
            EndpointRequestError: its container refuses the request, or fails.
            InvalidArgumentError: the body is neither bytes nor text.
        """
        body, content_type = data, self._content_type
        if self._serializer is not None:
            body, content_type = self._serializer.serialize(data), self._serializer.CONTENT_TYPE
        if isinstance(body, str):
            body = body.encode()
        if not isinstance(body, bytes | bytearray):
            raise InvalidArgumentError(
                f"data: got {type(body).__name__}; allowed: bytes or text.",
                argument="data",
                advice="Pass a serializer for it.",
            )
        accept = self._accept
        if self._deserializer is not None:
            accept = ", ".join(self._deserializer.ACCEPT)
        transport = RealTime(
            self._connection.client("sagemaker-runtime"),
            self.endpoint_name,
            Progress(verbosity=0).say,
            self._variant,
            self._container,
        )
        reply = transport.send(Request(bytes(body), content_type, accept, attributes, inference_id))
        if self._deserializer is None:
            return reply.content
        # As the SDK does: deserializers of several media types choose by the answer's.
        kind = reply.content_type or "application/octet-stream"
        return self._deserializer.deserialize(io.BytesIO(reply.content), kind)
