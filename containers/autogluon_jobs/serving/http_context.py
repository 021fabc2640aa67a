"""Reach the HTTP request behind a call of `transform_fn`, and the response to come.

The container hands over body, content type and accept alone. In the 1.6 image its server is Flask,
from whose request context the rest is read. The images before serve with TorchServe, which passes
a context. Elsewhere there is neither: no attributes are seen, and statuses cannot be changed.
"""

from __future__ import annotations

from typing import Any, Protocol

CUSTOM_ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"
"""The one header that InvokeEndpoint passes in both directions."""


_DEFAULT_TYPE = "application/json"


def media_type(header: str | None) -> str:
    """Return a header's first media type, in lower case and without its parameters."""
    first = (header or "").split(",", 1)[0].split(";", 1)[0].strip().lower()
    return _DEFAULT_TYPE if first in {"", "*/*"} else first


class HttpContext(Protocol):
    """The request that is answered, and the response to come."""

    def custom_attributes(self) -> str:
        """Return the caller's `CustomAttributes`; empty if there are none."""

    def answer_with(self, status: int, headers: dict[str, str]) -> bool:
        """Change status and headers of the response; False where nothing can be changed."""


def http_context(context: Any) -> HttpContext:
    """Return how to reach the request that `transform_fn` is called for.

    Args:
        context: TorchServe's context, None from every other server.
    """
    if context is not None:
        return _TorchServe(context)
    try:
        import flask
    except ImportError:
        return _Nowhere()
    return _Flask(flask) if flask.has_request_context() else _Nowhere()


class _Flask:
    """The server of the 1.6 image: it answers 400 to a ValueError, and 500 to other exceptions."""

    def __init__(self, flask: Any) -> None:
        self._flask = flask

    def custom_attributes(self) -> str:
        value: str = self._flask.request.headers.get(CUSTOM_ATTRIBUTES, "")
        return value

    def answer_with(self, status: int, headers: dict[str, str]) -> bool:
        @self._flask.after_this_request  # type: ignore[untyped-decorator,unused-ignore]
        def change(response: Any) -> Any:
            response.status_code = status
            response.headers.update(headers)
            return response

        return True


class _TorchServe:
    """The server of the images 1.1 to 1.5; calls are for one request (`batchSize` is 1)."""

    def __init__(self, context: Any) -> None:
        self._context = context

    def custom_attributes(self) -> str:
        # TorchServe keeps the names as the client wrote them.
        for name, value in self._context.get_all_request_header(0).items():
            if name.lower() == CUSTOM_ATTRIBUTES.lower():
                return str(value)
        return ""

    def answer_with(self, status: int, headers: dict[str, str]) -> bool:
        self._context.set_response_status(code=status, phrase="", idx=0)
        for name, value in headers.items():
            self._context.set_response_header(0, name, value)
        return True


class _Nowhere:
    """A caller that is not a server, or an unknown one."""

    def custom_attributes(self) -> str:
        return ""

    def answer_with(self, status: int, headers: dict[str, str]) -> bool:  # noqa: ARG002
        return False
