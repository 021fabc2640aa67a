"""The internal path through which a test or a shell reads and moves the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from embedded_aws.clock import Clock
from embedded_aws.internal_paths import is_administrator, read_json, send_json

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
        if not is_administrator(environ):
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
        return send_json(*answer(environ), start_response)

    return serve


def _seconds(environ: dict[str, Any]) -> float | None:
    try:
        seconds = read_json(environ, longest=_LONGEST_BODY_BYTES).get("advanceSeconds")
    except ValueError:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    return seconds if 0 <= seconds <= _LONGEST_ADVANCE_SECONDS else None
