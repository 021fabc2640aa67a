"""The requests that `agcdk embedded` sends to a running instance.

They are JSON documents below CONTROL_PATH, and carry the token of the instance's record: the port
is open to every process of the machine, and to web pages in a browser on it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from autogluon_contracts.embedded_instance import CONTROL_PATH, TOKEN_HEADER
from embedded_aws.gateway import StartResponse
from embedded_aws.internal_paths import read_json, send_json

# (the request's document) -> the answer's; raises RequestError.
Answer = Callable[[dict[str, Any]], dict[str, Any]]
_LONGEST_BODY_BYTES = 1 << 20
_STATUS = {200: "200 OK", 400: "400 Bad Request", 403: "403 Forbidden", 404: "404 Not Found"}


class RequestError(Exception):
    """A request cannot be granted; `advice` says what to do about it."""

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


class Control:
    """A WSGI application that answers requests by their last path segment."""

    def __init__(self, token: str, answers: Mapping[str, Answer]) -> None:
        self._token = token
        self._answers = answers

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        status, document = self._answer(environ)
        return send_json(_STATUS[status], document, start_response)

    def _answer(self, environ: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        given = environ.get(f"HTTP_{TOKEN_HEADER.upper().replace('-', '_')}", "")
        if not hmac.compare_digest(given.encode(), self._token.encode()):
            return 403, {"error": "The token of the instance is missing or wrong."}
        answer = self._answers.get(environ["PATH_INFO"].removeprefix(CONTROL_PATH))
        if answer is None:
            return 404, {"error": f"Unknown request {environ['PATH_INFO']}."}
        try:
            return 200, answer(read_json(environ, longest=_LONGEST_BODY_BYTES))
        except RequestError as error:
            return 400, {"error": str(error), "advice": error.advice}
        except ValueError as error:
            return 400, {"error": f"The request is not valid: {error}."}
