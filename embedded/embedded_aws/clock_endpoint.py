"""The internal path through which a test or a shell reads and moves the clock."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Iterable
from typing import Any

from embedded_aws.clock import Clock
from embedded_aws.credentials import ADMIN

CLOCK_PATH = "/_embedded/clock"
_LONGEST_BODY_BYTES = 1000
_LONGEST_ADVANCE_SECONDS = 400 * 86_400  # a year of schedules, with room


def serve_clock(clock: Clock) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """Return the WSGI application of `/_embedded/clock`.

    GET answers `{"now": "2026-01-01T00:00:00+00:00"}`; POST `{"advanceSeconds": 3600}` moves the
    clock first. Callers present the administrator's keys by HTTP basic authentication:
    `curl -u "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" -d '{"advanceSeconds": 3600}'
    $AWS_ENDPOINT_URL/_embedded/clock`.
    """

    def answer(environ: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        if not _is_administrator(environ.get("HTTP_AUTHORIZATION", "")):
            error = "The clock needs the administrator's keys, by HTTP basic authentication."
            return "403 Forbidden", {"error": error}
        if environ["PATH_INFO"] != CLOCK_PATH:
            return "404 Not Found", {"error": f"The clock has one path: {CLOCK_PATH}."}
        if environ["REQUEST_METHOD"] == "POST":
            seconds = _seconds(environ)
            if seconds is None:
                error = (
                    'The body must be {"advanceSeconds": S} with S from 0 to '
                    f"{_LONGEST_ADVANCE_SECONDS}."
                )
                return "400 Bad Request", {"error": error}
            clock.advance(seconds)
        elif environ["REQUEST_METHOD"] != "GET":
            return "405 Method Not Allowed", {"error": "The clock answers GET and POST."}
        return "200 OK", {"now": clock.now().isoformat()}

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        status, document = answer(environ)
        body = json.dumps(document).encode()
        length = str(len(body))
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", length)])
        return [body]

    return serve


def _is_administrator(authorization: str) -> bool:
    expected = base64.b64encode(f"{ADMIN.access_key_id}:{ADMIN.secret_access_key}".encode())
    return hmac.compare_digest(authorization.encode(), b"Basic " + expected)


def _seconds(environ: dict[str, Any]) -> float | None:
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > _LONGEST_BODY_BYTES:
            return None
        document = json.loads(environ["wsgi.input"].read(length))
        seconds = document["advanceSeconds"]
    except (ValueError, KeyError, TypeError):
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    return seconds if 0 <= seconds <= _LONGEST_ADVANCE_SECONDS else None
