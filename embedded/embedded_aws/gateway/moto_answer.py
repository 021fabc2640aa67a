"""What moto answers to a call, and when that is not an answer.

moto raises KeyError and the like for requests that it does not expect, and answers pages in HTML
for paths that it does not know. Both become one sentence: the embedded AWS cannot answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from embedded_aws.gateway.api_call import WsgiApp

_FAULT = 500


class MotoAnswer(NamedTuple):
    """A response of moto, not yet sent."""

    status: str  # "200 OK"
    headers: list[tuple[str, str]]
    body: Iterable[bytes]

    @property
    def status_code(self) -> int:
        """Return the number of the status."""
        return int(self.status.partition(" ")[0])


class UnusableAnswerError(Exception):
    """moto failed, or answered what no AWS service answers."""


def ask_moto(app: WsgiApp, environ: dict[str, Any], *, may_be_html: bool) -> MotoAnswer:
    """Return moto's answer.

    Args:
        may_be_html: whether an error page could be content, as with S3's objects.

    Raises:
        UnusableAnswerError: moto raised an exception, or answered 500 or with a page.
    """
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        started.append((status, headers))

    try:
        body = app(environ, start_response)
    except Exception as error:
        raise UnusableAnswerError(f"{type(error).__name__}: {error}") from error
    status, headers = started[-1]
    answer = MotoAnswer(status, headers, body)
    if answer.status_code == _FAULT:
        raise UnusableAnswerError(f"it answered {status}")
    if answer.status_code >= 400 and not may_be_html and _is_page(headers):
        raise UnusableAnswerError(f"it answered {status} with a page")
    return answer


def _is_page(headers: Iterable[tuple[str, str]]) -> bool:
    return any(
        name.lower() == "content-type" and value.startswith("text/html") for name, value in headers
    )
