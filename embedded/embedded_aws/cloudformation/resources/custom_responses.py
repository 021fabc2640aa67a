"""The HTTP endpoint that receives the answers of custom resources' functions."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from embedded_aws.runtime import Runtime

_PREFIX = "/_embedded/cloudformation-response/"


@dataclass
class PendingResponse:
    """One expected answer: `answer` holds it once `arrived` is set."""

    url: str
    arrived: threading.Event = field(default_factory=threading.Event)
    answer: dict[str, Any] = field(default_factory=dict)


class CustomResponses:
    """Serves the `ResponseURL`s: unguessable, each good for one answer."""

    def __init__(self, runtime: Runtime) -> None:
        self._base_url = f"{runtime.endpoint_url}{_PREFIX}"
        self._pending: dict[str, PendingResponse] = {}
        runtime.gateway.register_path(_PREFIX, self._serve)

    @contextmanager
    def expect(self) -> Iterator[PendingResponse]:
        """Return a URL that is valid inside the `with` block."""
        token = secrets.token_urlsafe(24)
        pending = PendingResponse(self._base_url + token)
        self._pending[token] = pending
        try:
            yield pending
        finally:
            del self._pending[token]

    def _serve(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        token = environ["PATH_INFO"].removeprefix(_PREFIX)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        pending = self._pending.get(token)
        status, text = self._accept(environ["REQUEST_METHOD"], pending, body)
        start_response(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(text)))])
        return [text.encode()]

    def _accept(self, method: str, pending: PendingResponse | None, body: bytes) -> tuple[str, str]:
        if method != "PUT":
            return "405 Method Not Allowed", "PUT the response here."
        if pending is None or pending.arrived.is_set():
            return "403 Forbidden", "No operation is waiting for this response."
        try:
            answer = json.loads(body)
        except ValueError:
            return "400 Bad Request", "The response has to be JSON."
        if not isinstance(answer, dict):
            return "400 Bad Request", "The response has to be a JSON object."
        pending.answer.update(answer)
        pending.arrived.set()
        return "200 OK", ""
