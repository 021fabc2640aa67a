"""What the internal paths (`/_embedded/...`) share."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Iterable
from typing import Any

from embedded_aws.credentials import ADMIN


def is_administrator(environ: dict[str, Any]) -> bool:
    """Return whether a request has the administrator's keys, by HTTP basic authentication."""
    given = environ.get("HTTP_AUTHORIZATION", "")
    expected = base64.b64encode(f"{ADMIN.access_key_id}:{ADMIN.secret_access_key}".encode())
    return hmac.compare_digest(given.encode(), b"Basic " + expected)


def read_json(environ: dict[str, Any], *, longest: int) -> dict[str, Any]:
    """Return the JSON object of a request's body of at most `longest` bytes.

    Raises:
        ValueError: it is longer, or not an object.
    """
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if not 0 <= length <= longest:
        raise ValueError(f"it is larger than {longest} bytes")
    try:
        document = json.loads(environ["wsgi.input"].read(length))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(document, dict):
        raise ValueError("it must be a JSON object")
    return document


def send_json(
    status: str, document: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """Answer a request with a JSON document."""
    body = json.dumps(document).encode()
    length = str(len(body))
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", length)])
    return [body]
